# Makes what a package has besides programs: pages of the manual, completions and the
# changelog. Included by install(CODE), with
#   FAULTLINE, SOURCE, WORK (a folder), COMPONENT (tool or server)
file(MAKE_DIRECTORY ${WORK})
set(share ${CMAKE_INSTALL_PREFIX}/share)

# The same bytes in every build: gzip without a name and a time.
function(compressed file folder)
  get_filename_component(name ${file} NAME)
  execute_process(COMMAND gzip -9nc ${file} OUTPUT_FILE ${WORK}/${name}.gz COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL DESTINATION ${folder} TYPE FILE FILES ${WORK}/${name}.gz)
endfunction()

if(COMPONENT STREQUAL "tool")
  execute_process(COMMAND ${FAULTLINE} manual OUTPUT_FILE ${WORK}/faultline.1 COMMAND_ERROR_IS_FATAL ANY)
  compressed(${WORK}/faultline.1 ${share}/man/man1)
  foreach(shell_file bash:bash-completion/completions/faultline zsh:zsh/vendor-completions/_faultline
                     fish:fish/vendor_completions.d/faultline.fish)
    string(REPLACE ":" ";" parts ${shell_file})
    list(GET parts 0 shell)
    list(GET parts 1 file)
    get_filename_component(folder ${file} DIRECTORY)
    get_filename_component(name ${file} NAME)
    execute_process(COMMAND ${FAULTLINE} completion ${shell} OUTPUT_FILE ${WORK}/${name} COMMAND_ERROR_IS_FATAL ANY)
    file(INSTALL DESTINATION ${share}/${folder} TYPE FILE FILES ${WORK}/${name})
  endforeach()
  set(package faultline)
else()
  compressed(${SOURCE}/deploy/debian/faultlined.8 ${share}/man/man8)
  # The same as deploy/faultline.yaml, with the rules that come in the other package.
  file(READ ${SOURCE}/deploy/faultline.yaml text)
  string(REPLACE "For example [/etc/faultline/rules]\n  paths: []"
                 "Yours go into a folder of their own,\n  # in front: [/etc/faultline/rules, /usr/share/faultline/rules]\n  paths: [/usr/share/faultline/rules]" packaged "${text}")
  if(packaged STREQUAL text)
    message(FATAL_ERROR "deploy/faultline.yaml has no rules.paths as expected")
  endif()
  file(WRITE ${WORK}/faultline.yaml "${packaged}")
  # A package has it in /etc, whatever its prefix.
  if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
    set(etc /etc)
  else()
    set(etc ${CMAKE_INSTALL_PREFIX}/etc)
  endif()
  file(INSTALL DESTINATION ${etc}/faultline TYPE FILE FILES ${WORK}/faultline.yaml)
  set(package faultline-server)
endif()

# A package's version is ours, without a revision of Debian's: "changelog", not "changelog.Debian".
file(WRITE ${WORK}/changelog "${CHANGELOG}")
compressed(${WORK}/changelog ${share}/doc/${package})
file(INSTALL DESTINATION ${share}/doc/${package} TYPE FILE FILES ${SOURCE}/deploy/debian/copyright)
