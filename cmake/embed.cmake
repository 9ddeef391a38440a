# jouleprint_embed(TARGET FILE SYMBOL): compiles a data file into TARGET as
#   extern "C" const char SYMBOL_begin[], SYMBOL_end[];
# through .incbin, which costs no compile time however large the file is.
function(jouleprint_embed target file symbol)
  get_filename_component(path "${file}" ABSOLUTE BASE_DIR "${PROJECT_SOURCE_DIR}")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/embed_${symbol}.c")
  file(CONFIGURE OUTPUT "${source}" CONTENT [[
__asm__(".section .rodata\n"
        ".global @symbol@_begin\n.type @symbol@_begin, @object\n@symbol@_begin:\n"
        ".incbin \"@path@\"\n"
        ".global @symbol@_end\n.type @symbol@_end, @object\n@symbol@_end:\n.byte 0\n"
        ".section .note.GNU-stack,\"\",@progbits\n.text\n");
]] @ONLY)
  # Symbols of file-scope assembly are not in the index of an archive of link-time-optimised objects.
  set_source_files_properties("${source}" PROPERTIES OBJECT_DEPENDS "${path}" COMPILE_OPTIONS -fno-lto)
  target_sources(${target} PRIVATE "${source}")
endfunction()
