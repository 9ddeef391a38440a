# libjouleprint-c.so: the C ABI of include/jouleprint/capi.h for other languages, in one file that needs nothing
# but the C and C++ runtimes. Everything else is linked into it from static archives, where the system has them.
file(GLOB capi_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/capi/*.cc)
add_library(jouleprint-c SHARED ${capi_sources})
set(exports ${CMAKE_CURRENT_SOURCE_DIR}/capi/exports.map)
set_target_properties(jouleprint-c PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib LINK_DEPENDS ${exports})
target_include_directories(jouleprint-c PRIVATE ${PROJECT_SOURCE_DIR}/include ${CMAKE_CURRENT_SOURCE_DIR})
target_compile_definitions(jouleprint-c PRIVATE JOULEPRINT_VERSION="${PROJECT_VERSION}")
target_compile_options(jouleprint-c PRIVATE -ffunction-sections -fdata-sections)

# jouleprint_archive(OUT NAME FALLBACK...): the static archive, or what to link where there is none.
function(jouleprint_archive out name)
  find_library(JOULEPRINT_ARCHIVE_${name} NAMES lib${name}.a)
  if(JOULEPRINT_ARCHIVE_${name})
    set(${out} ${JOULEPRINT_ARCHIVE_${name}} PARENT_SCOPE)
  else()
    message(STATUS "there is no lib${name}.a: libjouleprint-c.so will need the shared one")
    set(${out} ${ARGN} PARENT_SCOPE)
  endif()
endfunction()
jouleprint_archive(sqlite sqlite3 SQLite::SQLite3)
jouleprint_archive(zlib z ZLIB::ZLIB)
jouleprint_archive(pugixml pugixml pugixml::pugixml)

# As a file and not as a target: the target would bring the shared libraries of its other parts along.
add_dependencies(jouleprint-c jouleprint)
target_link_libraries(jouleprint-c PRIVATE
  nlohmann_json::nlohmann_json $<TARGET_FILE:jouleprint> ${sqlite} ${zlib} ${pugixml} m Threads::Threads ${CMAKE_DL_LIBS}
  $<BUILD_INTERFACE:jouleprint_flags>)
target_link_options(jouleprint-c PRIVATE
  LINKER:--version-script=${exports} LINKER:--gc-sections LINKER:--exclude-libs,ALL LINKER:--as-needed
  LINKER:--wrap=hypot)
if(NOT JOULEPRINT_SANITIZE)
  # A sanitizer's functions are the program's, not the library's.
  target_link_options(jouleprint-c PRIVATE LINKER:-z,defs)
endif()
set_property(TARGET jouleprint-c APPEND PROPERTY LINK_DEPENDS $<TARGET_FILE:jouleprint>)

if(JOULEPRINT_PYTHON_WHEEL)
  # Beside the package, under the name that it loads.
  install(TARGETS jouleprint-c LIBRARY DESTINATION jouleprint COMPONENT wheel)
else()
  set_target_properties(jouleprint-c PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 1)
  install(TARGETS jouleprint-c LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
