# fascicle.node: every source of binding/ linked into one Node-API module under prebuilds/<platform>-<arch>/, the names being
# those of process.platform and process.arch so that the loader needs no table.
get_filename_component(repository ${CMAKE_CURRENT_SOURCE_DIR}/.. ABSOLUTE)
set(node_api_headers ${repository}/node_modules/node-api-headers)
set(node_addon_api ${repository}/node_modules/node-addon-api)
foreach(package IN ITEMS ${node_api_headers} ${node_addon_api})
  if(NOT EXISTS ${package}/package.json)
    message(FATAL_ERROR "${package} is missing: run `npm ci` first")
  endif()
endforeach()

if(NOT FASCICLE_PREBUILD)
  if(WIN32)
    set(platform win32)
  elseif(APPLE)
    set(platform darwin)
  else()
    set(platform linux)
  endif()
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
    set(architecture arm64)
  else()
    set(architecture x64)
  endif()
  set(FASCICLE_PREBUILD ${platform}-${architecture})
endif()

file(GLOB binding_sources CONFIGURE_DEPENDS binding/*.cpp)
add_library(fascicle_addon MODULE ${binding_sources} ${CMAKE_JS_SRC})
target_link_libraries(fascicle_addon PRIVATE fascicle_core ${CMAKE_JS_LIB})
target_include_directories(fascicle_addon SYSTEM PRIVATE ${node_api_headers}/include ${node_addon_api} ${CMAKE_JS_INC})
# Electron refuses external array buffers while plain Node accepts them, so nothing but this definition would notice one
# before a user does.
# A job that ends while its worker thread is being terminated can throw nothing into JavaScript; without
# NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS that ends the process.
target_compile_definitions(fascicle_addon PRIVATE NAPI_VERSION=9 NAPI_CPP_EXCEPTIONS NODE_API_NO_EXTERNAL_BUFFERS_ALLOWED
                                                  NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS
                                                  BUILDING_NODE_EXTENSION)
set(output ${CMAKE_CURRENT_SOURCE_DIR}/prebuilds/${FASCICLE_PREBUILD})
# The generator expression keeps multi-configuration generators from adding a Release/ folder.
set_target_properties(fascicle_addon PROPERTIES PREFIX "" SUFFIX ".node" OUTPUT_NAME fascicle
  CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
  LIBRARY_OUTPUT_DIRECTORY $<1:${output}> RUNTIME_OUTPUT_DIRECTORY $<1:${output}>)

if(APPLE)
  target_link_options(fascicle_addon PRIVATE -undefined dynamic_lookup)
elseif(MSVC AND NOT CMAKE_JS_LIB)
  # Windows resolves imports when linking: the import library is made from the definition file of node-api-headers. The
  # symbols live in whatever executable loads the addon, so the import is delayed and redirected
  # (binding/windows_delay_load.cpp).
  set(import_library ${CMAKE_CURRENT_BINARY_DIR}/node_api.lib)
  add_custom_command(OUTPUT ${import_library}
    COMMAND ${CMAKE_AR} /nologo /def:${node_api_headers}/def/node_api.def /out:${import_library}
            /machine:${CMAKE_CXX_COMPILER_ARCHITECTURE_ID}
    DEPENDS ${node_api_headers}/def/node_api.def)
  add_custom_target(node_api_import DEPENDS ${import_library})
  add_dependencies(fascicle_addon node_api_import)
  target_link_libraries(fascicle_addon PRIVATE ${import_library} delayimp.lib)
  target_link_options(fascicle_addon PRIVATE /DELAYLOAD:node.exe)
endif()
