# Completion of jouleprint for fish. Runs, zones and regions are asked of jouleprint itself; behind -- the
# measured command is completed as if it stood alone.

function __jouleprint_runs
    echo last
    jouleprint runs list --json --limit 50 2>/dev/null | string replace -rf '^ *"(?:run_id|name)": "([^" ]+)",?$' '$1'
end

# Of the zones or the regions, as $argv says.
function __jouleprint_places
    jouleprint grid $argv --json 2>/dev/null | string replace -rf '^ *"id": "([^"]+)",?$' '$1'
end

# True while the words typed name the command $argv, and no command to be measured has begun.
function __jouleprint_in
    set -l words (commandline -opc)
    set -e words[1]
    contains -- -- $words; and return 1
    set -l commands (string match -v -- '-*' $words)
    test (count $commands) -ge (count $argv); or return 1
    test "$commands[1..$(count $argv)]" = "$argv"
end

function __jouleprint_behind_dashes
    contains -- -- (commandline -opc)
end

function __jouleprint_measured
    set -l words (commandline -opc) (commandline -ct)
    complete -C (string join ' ' -- (string escape -- $words[(math (contains -i -- -- $words) + 1)..-1]))
end

set -l first 'not __jouleprint_behind_dashes; and not __fish_seen_subcommand_from run doctor top trace runs report predict whatwhere sci grid'
set -l trace_first '__jouleprint_in trace; and not __fish_seen_subcommand_from record replay show'
set -l runs_first '__jouleprint_in runs; and not __fish_seen_subcommand_from list show export import merge rm'
set -l grid_first '__jouleprint_in grid; and not __fish_seen_subcommand_from now zones regions series forecast'
complete -c jouleprint -f
complete -c jouleprint -n "$first" -l version -d 'the version'
complete -c jouleprint -n 'not __jouleprint_behind_dashes' -s h -l help -d 'help'
complete -c jouleprint -n "$first" -a run -d 'run a command and measure it'
complete -c jouleprint -n "$first" -a doctor -d 'say which meters this machine has'
complete -c jouleprint -n "$first" -a top -d 'watch who draws the watts, live'
complete -c jouleprint -n "$first" -a trace -d 'record all that the meters say'
complete -c jouleprint -n "$first" -a runs -d 'list, show, export, import, merge and remove runs'
complete -c jouleprint -n "$first" -a report -d 'show runs as a document'
complete -c jouleprint -n "$first" -a predict -d 'what all epochs will take'
complete -c jouleprint -n "$first" -a whatwhere -d 'a run in every zone, at every hour'
complete -c jouleprint -n "$first" -a sci -d 'work out Software Carbon Intensity'
complete -c jouleprint -n "$first" -a grid -d 'list grid zones and cloud regions'
complete -c jouleprint -n "$trace_first" -a record -d 'write every reading of every meter'
complete -c jouleprint -n "$trace_first" -a replay -d 'show the figures of a traced run'
complete -c jouleprint -n "$trace_first" -a show -d 'say what is inside a trace'
complete -c jouleprint -n "$runs_first" -a list -d 'list the runs, newest first'
complete -c jouleprint -n "$runs_first" -a show -d 'show one run in full'
complete -c jouleprint -n "$runs_first" -a export -d 'write runs as JSON, one a line'
complete -c jouleprint -n "$runs_first" -a import -d 'take in runs'
complete -c jouleprint -n "$runs_first" -a merge -d 'make one run of a distributed job'
complete -c jouleprint -n "$runs_first" -a rm -d 'remove runs for good'
complete -c jouleprint -n "$grid_first" -a now -d 'the intensity of this moment'
complete -c jouleprint -n "$grid_first" -a zones -d 'what --zone takes'
complete -c jouleprint -n "$grid_first" -a regions -d 'what --region takes'
complete -c jouleprint -n "$grid_first" -a series -d 'intensities over time'
complete -c jouleprint -n "$grid_first" -a forecast -d 'what the intensity will be'

for command in run doctor top report predict whatwhere sci 'trace record' 'trace replay' 'trace show' 'runs list' 'runs show' 'runs export' 'runs import' 'runs merge' 'runs rm' 'grid now' 'grid zones' 'grid regions' 'grid series' 'grid forecast'
    complete -c jouleprint -n "__jouleprint_in $command" -l config -r -F -d 'settings'
end
for command in run report predict whatwhere 'runs list' 'runs show' 'runs export' 'runs import' 'runs merge' 'runs rm' 'grid now' 'grid series' 'grid forecast'
    complete -c jouleprint -n "__jouleprint_in $command" -l db -r -F -d 'where runs are kept'
end
for command in doctor top report predict whatwhere sci 'trace replay' 'trace show' 'runs list' 'runs show' 'runs import' 'runs merge' 'runs rm' 'grid now' 'grid zones' 'grid regions' 'grid series' 'grid forecast'
    complete -c jouleprint -n "__jouleprint_in $command" -l json -d 'one JSON document'
end
for command in run doctor top 'trace record'
    complete -c jouleprint -n "__jouleprint_in $command" -l sysroot -x -a '(__fish_complete_directories)' -d 'read sys/, proc/ and dev/ below it'
    complete -c jouleprint -n "__jouleprint_in $command" -l nvml -r -F -d "NVIDIA's library"
    complete -c jouleprint -n "__jouleprint_in $command" -l amd-smi -r -F -d "AMD's library"
    complete -c jouleprint -n "__jouleprint_in $command" -l wattmeter -x -d 'KIND:WHERE, a meter at the wall'
    complete -c jouleprint -n "__jouleprint_in $command" -l gain -x -d 'DOMAIN=FACTOR, for a meter that is off'
    complete -c jouleprint -n "__jouleprint_in $command" -l cpu-idle-power -x -d 'watts of idle processors'
    complete -c jouleprint -n "__jouleprint_in $command" -l cpu-max-power -x -d 'watts of busy processors'
    complete -c jouleprint -n "__jouleprint_in $command" -l boundary -x -a 'counted platform all' -d 'what the figures cover'
end
for command in report whatwhere 'runs show' 'runs export' 'runs merge' 'runs rm'
    complete -c jouleprint -n "__jouleprint_in $command" -a '(__jouleprint_runs)'
end
for command in report 'runs export' 'trace record'
    complete -c jouleprint -n "__jouleprint_in $command" -s o -l output -r -F -d 'into a file'
end

complete -c jouleprint -n '__jouleprint_in top' -l by -x -a 'process container' -d 'a line for each'
complete -c jouleprint -n '__jouleprint_in top' -l every -x -d 'seconds between two pages'
complete -c jouleprint -n '__jouleprint_in top' -l once -d 'one page and done'
complete -c jouleprint -n '__jouleprint_in runs list' -l project -x -d 'only this project'
complete -c jouleprint -n '__jouleprint_in runs list' -l group -x -d 'only this distributed job'
complete -c jouleprint -n '__jouleprint_in runs merge' -l group -x -d 'all runs of this distributed job'
complete -c jouleprint -n '__jouleprint_in runs merge' -l name -x -d 'a name for the merged run'
complete -c jouleprint -n '__jouleprint_in runs list' -l limit -x -d 'only the newest'
complete -c jouleprint -n '__jouleprint_in runs export' -l all -d 'every run'
complete -c jouleprint -n '__jouleprint_in runs import' -F
complete -c jouleprint -n '__jouleprint_in predict' -F -a '(__jouleprint_runs)'
complete -c jouleprint -n '__jouleprint_in predict' -l total-epochs -x -d 'training epochs in all'
complete -c jouleprint -n '__jouleprint_in predict' -l after -x -d 'look at the first only'
complete -c jouleprint -n '__jouleprint_in predict' -l start -x -d 'when the run began'
complete -c jouleprint -n '__jouleprint_in predict' -l zone -x -a '(__jouleprint_places zones)' -d 'grid zone or country'
complete -c jouleprint -n '__jouleprint_in predict' -l region -x -a '(__jouleprint_places regions)' -d 'cloud region'
complete -c jouleprint -n '__jouleprint_in predict' -l intensity -x -d 'gCO2e per kWh'
complete -c jouleprint -n '__jouleprint_in predict' -l intensity-series -r -F -d 'CSV of intensities by time'
complete -c jouleprint -n '__jouleprint_in predict' -l intensity-kind -x -a 'average-lifecycle average-direct marginal-lifecycle marginal-direct' -d 'which kind of intensity'
complete -c jouleprint -n '__jouleprint_in predict' -l intensity-unit -x -a 'g/kWh kg/MWh lb/MWh t/MWh' -d 'of the values of the series'
complete -c jouleprint -n '__jouleprint_in predict' -l pue -x -d 'facility overhead'
complete -c jouleprint -n '__jouleprint_in report' -l format -x -a 'text markdown csv json' -d 'kind of document'

complete -c jouleprint -n '__jouleprint_in run' -l name -x -d 'a name for the run'
complete -c jouleprint -n '__jouleprint_in run' -l project -x -d 'the project it belongs to'
complete -c jouleprint -n '__jouleprint_in run' -l group -x -d 'the distributed job it is part of'
complete -c jouleprint -n '__jouleprint_in run' -l tag -x -d 'NAME=VALUE, a note on the run'
complete -c jouleprint -n '__jouleprint_in run' -l zone -x -a '(__jouleprint_places zones)' -d 'grid zone or country'
complete -c jouleprint -n '__jouleprint_in run' -l region -x -a '(__jouleprint_places regions)' -d 'cloud region'
complete -c jouleprint -n '__jouleprint_in run' -l intensity -x -d 'gCO2e per kWh'
complete -c jouleprint -n '__jouleprint_in run' -l intensity-series -r -F -d 'CSV of intensities by time'
complete -c jouleprint -n '__jouleprint_in run' -l intensity-kind -x -a 'average-lifecycle average-direct marginal-lifecycle marginal-direct' -d 'which kind of intensity'
complete -c jouleprint -n '__jouleprint_in run' -l intensity-unit -x -a 'g/kWh kg/MWh lb/MWh t/MWh' -d 'of the values of the series'
complete -c jouleprint -n '__jouleprint_in run' -l intensity-from -x -a 'electricity-maps watttime neso entsoe' -d 'a live source'
complete -c jouleprint -n '__jouleprint_in run' -l pue -x -d 'facility overhead'
complete -c jouleprint -n '__jouleprint_in run' -l interval -x -d 'milliseconds between readings'
complete -c jouleprint -n '__jouleprint_in run' -l idle-split -x -a 'unattributed reservation' -d "whose the idle machine's energy is"
complete -c jouleprint -n '__jouleprint_in run' -l reserved-cpus -x -d "logical CPUs that are the command's"
complete -c jouleprint -n '__jouleprint_in run' -l baseline -x -a off -d 'power of the idle machine'
complete -c jouleprint -n '__jouleprint_in run' -l wait-children -d 'measure until outliving processes have ended too'
complete -c jouleprint -n '__jouleprint_in run' -l epochs -x -d 'how many epochs there will be'
complete -c jouleprint -n '__jouleprint_in run' -l epoch-regex -x -d 'finds epochs in the output'
complete -c jouleprint -n '__jouleprint_in run' -l eval-regex -x -d 'finds ends of evaluations in the output'
complete -c jouleprint -n '__jouleprint_in run' -l epoch-mark -x -a 'auto start end' -d "where an epoch's line comes"
complete -c jouleprint -n '__jouleprint_in run' -l metric-regex -x -d 'NAME=expression, finds a figure in the output'
complete -c jouleprint -n '__jouleprint_in run' -l budget -x -d 'what the run may emit, use or take'
complete -c jouleprint -n '__jouleprint_in run' -l on-budget -x -a 'warn stop pause exec:' -d 'what to do when one is passed, or is going to be'
complete -c jouleprint -n '__jouleprint_in run' -l budget-confidence -x -d 'how sure the prediction must be'
complete -c jouleprint -n '__jouleprint_in run' -l stop-signal -x -a 'TERM INT USR1 USR2 HUP' -d 'what has the command save'
complete -c jouleprint -n '__jouleprint_in run' -l save-grace -x -d 'from that signal to SIGTERM'
complete -c jouleprint -n '__jouleprint_in run' -l term-grace -x -d 'from SIGTERM to SIGKILL'
complete -c jouleprint -n '__jouleprint_in run' -l json-file -r -F -d 'write the record as JSON'
complete -c jouleprint -n '__jouleprint_in run' -l samples -r -F -d 'write power over time as CSV'
complete -c jouleprint -n '__jouleprint_in run' -l trace -r -F -d 'write every reading'
complete -c jouleprint -n '__jouleprint_in run' -l no-store -d 'do not keep the record'
complete -c jouleprint -n '__jouleprint_in run' -l live -d 'one refreshing line while it runs'
complete -c jouleprint -n '__jouleprint_in run' -s q -l quiet -d 'no summary'
complete -c jouleprint -n '__jouleprint_in run' -a '(__fish_complete_command)' -d command
complete -c jouleprint -n '__jouleprint_in trace record' -l zone -x -a '(__jouleprint_places zones)' -d 'grid zone or country'
complete -c jouleprint -n '__jouleprint_in trace record' -l region -x -a '(__jouleprint_places regions)' -d 'cloud region'
complete -c jouleprint -n '__jouleprint_in trace record' -l intensity -x -d 'gCO2e per kWh'
complete -c jouleprint -n '__jouleprint_in trace record' -l intensity-series -r -F -d 'CSV of intensities by time'
complete -c jouleprint -n '__jouleprint_in trace record' -l intensity-kind -x -a 'average-lifecycle average-direct marginal-lifecycle marginal-direct' -d 'which kind of intensity'
complete -c jouleprint -n '__jouleprint_in trace record' -l intensity-unit -x -a 'g/kWh kg/MWh lb/MWh t/MWh' -d 'of the values of the series'
complete -c jouleprint -n '__jouleprint_in trace record' -l intensity-from -x -a 'electricity-maps watttime neso entsoe' -d 'a live source'
complete -c jouleprint -n '__jouleprint_in trace record' -l pue -x -d 'facility overhead'
complete -c jouleprint -n '__jouleprint_in trace record' -l interval -x -d 'milliseconds between readings'
complete -c jouleprint -n '__jouleprint_in trace record' -l idle-split -x -a 'unattributed reservation' -d "whose the idle machine's energy is"
complete -c jouleprint -n '__jouleprint_in trace record' -l reserved-cpus -x -d "logical CPUs that are the command's"
complete -c jouleprint -n '__jouleprint_in trace record' -l baseline -x -a off -d 'power of the idle machine'
complete -c jouleprint -n '__jouleprint_in trace record' -l wait-children -d 'measure until outliving processes have ended too'
complete -c jouleprint -n '__jouleprint_in trace record' -l duration -x -d 'seconds, without a command'
complete -c jouleprint -n '__jouleprint_in trace record' -a '(__fish_complete_command)' -d command
complete -c jouleprint -n '__jouleprint_in trace replay' -F
complete -c jouleprint -n '__jouleprint_in trace replay' -l samples -r -F -d 'write power over time as CSV'
complete -c jouleprint -n '__jouleprint_in trace show' -F
complete -c jouleprint -n __jouleprint_behind_dashes -a '(__jouleprint_measured)'
complete -c jouleprint -n '__jouleprint_in grid now' -l zone -x -a '(__jouleprint_places zones)' -d 'grid zone or country'
complete -c jouleprint -n '__jouleprint_in grid now' -l region -x -a '(__jouleprint_places regions)' -d 'cloud region'
complete -c jouleprint -n '__jouleprint_in grid now' -l intensity-from -x -a 'electricity-maps watttime neso entsoe' -d 'live source'
complete -c jouleprint -n '__jouleprint_in grid now' -l series -r -F -d 'CSV of intensities by time'
complete -c jouleprint -n '__jouleprint_in grid now' -l kind -x -a 'average-lifecycle average-direct marginal-lifecycle marginal-direct' -d 'kind of the series'
complete -c jouleprint -n '__jouleprint_in grid zones' -l at -x -d 'LAT,LON: the zone of the town nearest to it'
complete -c jouleprint -n '__jouleprint_in run' -l wue -x -d 'litres of water per kWh'
complete -c jouleprint -n '__jouleprint_in run' -l market-intensity -x -d 'gCO2e per kWh of your contracts'
complete -c jouleprint -n '__jouleprint_in run' -l embodied -x -a 'auto off' -d 'kgCO2e of making the machine'
complete -c jouleprint -n '__jouleprint_in run' -l lifetime -x -d 'years of the hardware'
complete -c jouleprint -n '__jouleprint_in run' -l per -x -a 'epoch run' -d 'UNIT[=N]: also per unit'
complete -c jouleprint -n '__jouleprint_in sci' -l o-kg -x -d 'operational emissions'
complete -c jouleprint -n '__jouleprint_in sci' -l energy-kwh -x -d 'energy'
complete -c jouleprint -n '__jouleprint_in sci' -l intensity -x -d 'gCO2e per kWh'
complete -c jouleprint -n '__jouleprint_in sci' -l pue -x -d 'facility overhead'
complete -c jouleprint -n '__jouleprint_in sci' -l m-kg -x -d 'share of the making of the hardware'
complete -c jouleprint -n '__jouleprint_in sci' -l te-kg -x -d 'making of the hardware'
complete -c jouleprint -n '__jouleprint_in sci' -l time-reserved-h -x -d 'hours reserved'
complete -c jouleprint -n '__jouleprint_in sci' -l lifetime-h -x -d 'hours that it lasts'
complete -c jouleprint -n '__jouleprint_in sci' -l resources-reserved -x -d 'how much was reserved'
complete -c jouleprint -n '__jouleprint_in sci' -l resources-total -x -d 'of how much'
complete -c jouleprint -n '__jouleprint_in sci' -l per -x -d 'UNIT[=N]: what it is shared out over'
complete -c jouleprint -n '__jouleprint_in whatwhere' -l series -r -F -d 'CSV of intensities by time'
complete -c jouleprint -n '__jouleprint_in whatwhere' -l zone -x -a '(__jouleprint_places zones)' -d 'only these zones'
complete -c jouleprint -n '__jouleprint_in whatwhere' -l kind -x -a 'average-lifecycle average-direct marginal-lifecycle marginal-direct' -d 'which kind of intensity'
complete -c jouleprint -n '__jouleprint_in whatwhere' -l unit -x -a 'g/kWh kg/MWh lb/MWh t/MWh' -d 'of the values of the series'
complete -c jouleprint -n '__jouleprint_in whatwhere' -l every -x -d 'between two starts: 30m, 1h, 1d'
complete -c jouleprint -n '__jouleprint_in whatwhere' -l top -x -d 'how many zones to show'
for command in 'grid series' 'grid forecast'
    complete -c jouleprint -n "__jouleprint_in $command" -l series -r -F -d 'CSV of intensities by time'
    complete -c jouleprint -n "__jouleprint_in $command" -l zone -x -a '(__jouleprint_places zones)' -d 'only this zone'
    complete -c jouleprint -n "__jouleprint_in $command" -l kind -x -a 'average-lifecycle average-direct marginal-lifecycle marginal-direct' -d 'only this kind'
    complete -c jouleprint -n "__jouleprint_in $command" -l unit -x -a 'g/kWh kg/MWh lb/MWh t/MWh' -d 'of the values'
end
complete -c jouleprint -n '__jouleprint_in grid series' -a 'import rm'
complete -c jouleprint -n '__jouleprint_in grid series' -l from -x -d 'begin with this time'
complete -c jouleprint -n '__jouleprint_in grid series' -l to -x -d 'end before this time'
complete -c jouleprint -n '__jouleprint_in grid series' -l csv -d 'as CSV'
complete -c jouleprint -n '__jouleprint_in grid series' -s o -l output -r -F -d 'into a file'
complete -c jouleprint -n '__jouleprint_in grid forecast' -l at -x -d 'when it is made'
complete -c jouleprint -n '__jouleprint_in grid forecast' -l horizon -x -a '24h 48h 96h' -d 'how far it reaches'
complete -c jouleprint -n '__jouleprint_in grid forecast' -l outlook -r -F -d 'what is known ahead'
