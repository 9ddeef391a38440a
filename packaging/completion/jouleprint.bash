# Completion of jouleprint for bash. Runs, zones and regions are asked of jouleprint itself; behind -- the
# measured command is completed as if it stood alone (with the bash-completion package).

# "last", then the ids and the names of the newest runs.
_jouleprint_runs() {
  echo last
  jouleprint runs list --json --limit 50 2>/dev/null |
    sed -n -E 's/^ *"(run_id|name)": "([^" ]+)",?$/\2/p'
}

# Of the zones or the regions, as $1 says.
_jouleprint_places() {
  jouleprint grid "$1" --json 2>/dev/null | sed -n -E 's/^ *"id": "([^"]+)",?$/\1/p'
}

_jouleprint_flags() {
  local common="--help --config" store="--db" machine="--sysroot --nvml --amd-smi --wattmeter --gain --cpu-idle-power --cpu-max-power --boundary"
  case $1 in
    "") echo "--help --version" ;;
    run)
      echo "$common $store $machine --name --project --group --tag --zone --region --intensity --intensity-series --intensity-kind --intensity-unit --intensity-from --pue --interval --baseline" \
        "--wue --market-intensity --embodied --lifetime --per --idle-split --reserved-cpus" \
        "--wait-children --epochs --epoch-regex --eval-regex --epoch-mark --metric-regex --json-file --samples --trace" \
        "--budget --on-budget --budget-confidence --stop-signal --save-grace --term-grace --no-store --live --quiet"
      ;;
    doctor) echo "$common $machine --json" ;;
    top) echo "$common $machine --by --every --once --json" ;;
    "trace record")
      echo "$common $machine --output --duration --zone --region --intensity --intensity-series --intensity-kind --intensity-unit --intensity-from --pue --interval --baseline" \
        "--idle-split --reserved-cpus --wait-children"
      ;;
    "trace replay") echo "$common --samples --json" ;;
    "trace show") echo "$common --json" ;;
    runs | grid | trace) echo "--help" ;;
    "runs list") echo "$common $store --project --group --limit --json" ;;
    "runs merge") echo "$common $store --group --name --json" ;;
    "runs export") echo "$common $store --all --output" ;;
    "runs show" | "runs import" | "runs rm") echo "$common $store --json" ;;
    "grid now") echo "$common $store --zone --region --intensity-from --series --kind --json" ;;
    "grid zones") echo "$common --json --at" ;;
    "grid regions") echo "$common --json" ;;
    "grid series") echo "$common $store --series --zone --kind --unit --from --to --csv --output --json" ;;
    "grid forecast") echo "$common $store --series --zone --kind --unit --at --horizon --outlook --json" ;;
    sci)
      echo "$common --o-kg --energy-kwh --intensity --pue --m-kg --te-kg --time-reserved-h --lifetime-h" \
        "--resources-reserved --resources-total --per --json"
      ;;
    report) echo "$common $store --format --output --json" ;;
    predict)
      echo "$common $store --total-epochs --after --start --zone --region --intensity --intensity-series --intensity-kind" \
        "--intensity-unit --pue --json"
      ;;
    whatwhere) echo "$common $store --series --zone --kind --unit --every --top --json" ;;
  esac
}

# What may follow the flag $1; false when that is not a word from a list.
_jouleprint_value() {
  case $1 in
    --config | --db | --nvml | --amd-smi | --json-file | --samples | --trace | --intensity-series | --series | -o | --output | --outlook) mapfile -t COMPREPLY < <(compgen -f -- "$2") ;;
    --sysroot) mapfile -t COMPREPLY < <(compgen -d -- "$2") ;;
    --zone) mapfile -t COMPREPLY < <(compgen -W "$(_jouleprint_places zones)" -- "$2") ;;
    --region) mapfile -t COMPREPLY < <(compgen -W "$(_jouleprint_places regions)" -- "$2") ;;
    --boundary) mapfile -t COMPREPLY < <(compgen -W "counted platform all" -- "$2") ;;
    --by) mapfile -t COMPREPLY < <(compgen -W "process container" -- "$2") ;;
    --epoch-mark) mapfile -t COMPREPLY < <(compgen -W "auto start end" -- "$2") ;;
    --format) mapfile -t COMPREPLY < <(compgen -W "text markdown csv json" -- "$2") ;;
    --on-budget) mapfile -t COMPREPLY < <(compgen -W "warn stop pause exec:" -- "$2") ;;
    --stop-signal) mapfile -t COMPREPLY < <(compgen -W "TERM INT USR1 USR2 HUP" -- "$2") ;;
    --idle-split) mapfile -t COMPREPLY < <(compgen -W "unattributed reservation" -- "$2") ;;
    --embodied) mapfile -t COMPREPLY < <(compgen -W "auto off" -- "$2") ;;
    --per) mapfile -t COMPREPLY < <(compgen -W "epoch run" -- "$2") ;;
    --intensity-unit) mapfile -t COMPREPLY < <(compgen -W "g/kWh kg/MWh lb/MWh t/MWh" -- "$2") ;;
    --intensity-from) mapfile -t COMPREPLY < <(compgen -W "electricity-maps watttime neso entsoe" -- "$2") ;;
    --intensity-kind | --kind) mapfile -t COMPREPLY < <(compgen -W "average-lifecycle average-direct marginal-lifecycle marginal-direct" -- "$2") ;;
    --unit) mapfile -t COMPREPLY < <(compgen -W "g/kWh kg/MWh lb/MWh t/MWh" -- "$2") ;;
    --baseline) mapfile -t COMPREPLY < <(compgen -W "off" -- "$2") ;;
    --name | --project | --tag | --intensity | --pue | --interval | --epochs | --epoch-regex | --eval-regex | \
      --metric-regex | --limit | --wattmeter | --gain | --cpu-idle-power | --cpu-max-power | --every | --duration | \
      --wue | --market-intensity | --lifetime | --o-kg | --energy-kwh | --m-kg | --te-kg | --time-reserved-h | --lifetime-h | \
      --resources-reserved | --resources-total | --reserved-cpus | --budget | --budget-confidence | --save-grace | --term-grace | --at | --from | --to | --horizon | \
      --total-epochs | --after | --start) COMPREPLY=() ;;
    *) return 1 ;;
  esac
}

_jouleprint_words() {
  case $1 in
    "") echo "run doctor top trace runs report predict whatwhere sci grid" ;;
    trace) echo "record replay show" ;;
    runs) echo "list show export import merge rm" ;;
    grid) echo "now zones regions series forecast" ;;
    "grid series") echo "import rm" ;;
    predict) _jouleprint_runs && compgen -f ;;
    "runs show" | "runs export" | "runs merge" | "runs rm" | report | whatwhere) _jouleprint_runs ;;
  esac
}

_jouleprint() {
  local words=("${COMP_WORDS[@]}") cword=$COMP_CWORD word previous command="" i
  # A region holds a colon, at which bash parts words.
  if declare -F _get_comp_words_by_ref >/dev/null; then _get_comp_words_by_ref -n : words cword; fi
  word=${words[cword]} previous=${words[cword - 1]}
  for ((i = 1; i < cword; ++i)); do
    if [[ ${words[i]} == -- && $command =~ ^(run|trace\ record)$ ]]; then
      COMPREPLY=()
      if declare -F _command_offset >/dev/null; then _command_offset $((i + 1)); fi
      return
    fi
    [[ -z $command && ${words[i]} != -* ]] && command=${words[i]} && continue
    [[ $command =~ ^(runs|grid|trace)$ && ${words[i]} != -* ]] && command+=" ${words[i]}"
  done
  if ! _jouleprint_value "$previous" "$word"; then
    if [[ $word == -* ]]; then
      mapfile -t COMPREPLY < <(compgen -W "$(_jouleprint_flags "$command")" -- "$word")
    elif [[ $command =~ ^(runs\ import|trace\ replay|trace\ show)$ ]]; then
      mapfile -t COMPREPLY < <(compgen -f -- "$word")
    elif [[ $command == run ]]; then
      mapfile -t COMPREPLY < <(compgen -c -- "$word")
    else
      mapfile -t COMPREPLY < <(compgen -W "$(_jouleprint_words "$command")" -- "$word")
    fi
  fi
  if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$word"; fi
}

complete -o filenames -F _jouleprint jouleprint
