# What `cmake --install` and CPack ship: the library with its headers and the two ways to find it
# (CMake's and pkg-config's), the command, its pages and completions, and the data's README.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/jouleprint)

# Link-time optimised objects can be read by the very compiler that wrote them only; beside them goes
# plain machine code for everybody else's.
target_compile_options(jouleprint PRIVATE
  $<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<BOOL:${CMAKE_INTERPROCEDURAL_OPTIMIZATION}>>:-ffat-lto-objects>)

install(TARGETS jouleprint EXPORT jouleprintTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/jouleprint DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(EXPORT jouleprintTargets NAMESPACE jouleprint:: DESTINATION ${package_dir})
configure_package_config_file(cmake/jouleprintConfig.cmake.in ${PROJECT_BINARY_DIR}/jouleprintConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/jouleprintConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/jouleprintConfig.cmake ${PROJECT_BINARY_DIR}/jouleprintConfigVersion.cmake
  DESTINATION ${package_dir})

# Relative to the .pc file, so that an installed tree can be moved.
file(RELATIVE_PATH JOULEPRINT_PC_TO_PREFIX "/prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/prefix")
string(REGEX REPLACE "/$" "" JOULEPRINT_PC_TO_PREFIX "${JOULEPRINT_PC_TO_PREFIX}")
configure_file(cmake/jouleprint.pc.in ${PROJECT_BINARY_DIR}/jouleprint.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/jouleprint.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

if(TARGET jouleprint_cli)
  install(TARGETS jouleprint_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(FILES LICENSE NOTICE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(EXISTS ${PROJECT_SOURCE_DIR}/data/README.md)
  install(FILES data/README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/jouleprint/data)
  install(DIRECTORY data/series DESTINATION ${CMAKE_INSTALL_DATADIR}/jouleprint/data)
endif()

# docs/man/NAME.SECTION.scd becomes the page NAME.SECTION.
file(GLOB man_sources CONFIGURE_DEPENDS docs/man/*.scd)
find_program(JOULEPRINT_SCDOC scdoc)
if(man_sources AND NOT JOULEPRINT_SCDOC)
  message(STATUS "scdoc is not there: the man pages are not made (tools/setup docs installs it)")
  set(man_sources "")
endif()
set(man_pages "")
foreach(source IN LISTS man_sources)
  get_filename_component(page ${source} NAME_WLE)
  string(REGEX MATCH "[0-9]+$" section ${page})
  set(made ${PROJECT_BINARY_DIR}/man/${page})
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/man)
  add_custom_command(OUTPUT ${made} COMMAND sh -c "\"$0\" <\"$1\" >\"$2\"" ${JOULEPRINT_SCDOC} ${source} ${made}
    DEPENDS ${source} VERBATIM)
  list(APPEND man_pages ${made})
  install(FILES ${made} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
if(man_pages)
  add_custom_target(jouleprint_man ALL DEPENDS ${man_pages})
endif()

# Each shell looks in a folder of its own, under a name of its own; Debian's zsh looks in the first
# below /usr and in the second below /usr/local.
foreach(completion
    "jouleprint.bash|bash-completion/completions|jouleprint"
    "_jouleprint|zsh/vendor-completions|_jouleprint"
    "_jouleprint|zsh/site-functions|_jouleprint"
    "jouleprint.fish|fish/vendor_completions.d|jouleprint.fish")
  string(REPLACE "|" ";" completion "${completion}")
  list(POP_FRONT completion file folder name)
  if(EXISTS ${PROJECT_SOURCE_DIR}/packaging/completion/${file})
    install(FILES packaging/completion/${file} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder} RENAME ${name})
  endif()
endforeach()

# Who may read the energy counters: udev and systemd look below lib, whatever the libraries' folder is.
install(FILES packaging/udev/60-jouleprint-powercap.rules DESTINATION lib/udev/rules.d)
install(FILES packaging/sysusers/jouleprint.conf DESTINATION lib/sysusers.d)

if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_GENERATOR DEB TGZ)
  set(CPACK_PACKAGE_NAME jouleprint)
  set(CPACK_PACKAGE_VENDOR "The jouleprint authors")
  set(CPACK_PACKAGE_CONTACT "The jouleprint authors")
  set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
  set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
  # A release carries no debugging symbols, and the static library needs those that strip would take.
  set(CPACK_STRIP_FILES OFF)
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SECTION utils)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/packaging/debian/postinst)
  set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
  # Loaded only when something is asked over HTTP (a BMC, a smart plug), so that nothing depends on it.
  set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libcurl4 | libcurl3-gnutls")
  # The headers and the static library need these to be linked, the command alone does not.
  set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libfmt-dev, libre2-dev, libsqlite3-dev, nlohmann-json3-dev, zlib1g-dev, libpugixml-dev")
  include(CPack)
endif()
