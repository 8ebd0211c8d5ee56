# Debian packages: cpack --config build/CPackConfig.cmake -G DEB -B build/packages
#
#   faultline         the operator tool, its rules, manual and completions
#   faultline-server  faultlined, its configuration and systemd unit
include(GNUInstallDirs)
set(FAULTLINE_MAINTAINER "faultline authors <authors@faultline.invalid>" CACHE STRING "Who answers for the packages: NAME <ADDRESS>")
string(TIMESTAMP FAULTLINE_CHANGELOG_DATE "%a, %d %b %Y 00:00:00 +0000" UTC)
set(changelog "faultline (${PROJECT_VERSION}) bookworm; urgency=medium\n\n  * See /usr/share/doc/faultline-server/CHANGELOG.md.gz.\n\n -- ${FAULTLINE_MAINTAINER}  ${FAULTLINE_CHANGELOG_DATE}\n")

install(TARGETS faultline RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT tool)
install(TARGETS faultlined RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT server)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/deploy/rules DESTINATION ${CMAKE_INSTALL_DATADIR}/faultline COMPONENT tool
  FILES_MATCHING PATTERN *.yaml)
install(FILES ${PROJECT_SOURCE_DIR}/deploy/debian/faultlined.service DESTINATION lib/systemd/system COMPONENT server)
install(FILES ${PROJECT_SOURCE_DIR}/deploy/debian/sysusers.conf DESTINATION lib/sysusers.d RENAME faultline.conf COMPONENT server)
install(FILES ${PROJECT_SOURCE_DIR}/deploy/debian/tmpfiles.conf DESTINATION lib/tmpfiles.d RENAME faultline.conf COMPONENT server)
install(FILES ${PROJECT_SOURCE_DIR}/deploy/web/dist/licenses.txt DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/faultline-server
  COMPONENT server)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/faultline-server/docs COMPONENT server
  FILES_MATCHING PATTERN *.md)
foreach(component tool server)
  install(CODE "
    set(FAULTLINE \"$<TARGET_FILE:faultline>\")
    set(SOURCE \"${PROJECT_SOURCE_DIR}\")
    set(WORK \"${PROJECT_BINARY_DIR}/package_files/${component}\")
    set(COMPONENT ${component})
    set(CHANGELOG \"${changelog}\")
    include(\"${PROJECT_SOURCE_DIR}/cmake/install_package_files.cmake\")" COMPONENT ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME faultline)
set(CPACK_PACKAGE_VENDOR "faultline")
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_COMPONENTS_ALL tool server)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
  WORLD_EXECUTE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "${FAULTLINE_MAINTAINER}")
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_TOOL_PACKAGE_NAME faultline)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION admin)
set(CPACK_COMPONENT_TOOL_DESCRIPTION "finds which server failures go with which client failures
The operator's tool of faultline: loads error logs into a store, asks a store,
a server or files which failures go together, and follows one message or
request through both sides. With rules for the logs of common servers.")
set(CPACK_DEBIAN_SERVER_PACKAGE_NAME faultline-server)
set(CPACK_DEBIAN_SERVER_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_SERVER_PACKAGE_DEPENDS "faultline (= ${PROJECT_VERSION}), systemd | systemd-standalone-sysusers")
set(CPACK_DEBIAN_SERVER_PACKAGE_CONTROL_EXTRA
  "${PROJECT_SOURCE_DIR}/deploy/debian/conffiles;${PROJECT_SOURCE_DIR}/deploy/debian/postinst;${PROJECT_SOURCE_DIR}/deploy/debian/prerm;${PROJECT_SOURCE_DIR}/deploy/debian/postrm")
set(CPACK_COMPONENT_SERVER_DESCRIPTION "correlates error logs of clients and servers from Kafka
The server of faultline: reads error logs from Apache Kafka or files, keeps
failures in a compact store, and answers over gRPC, HTTP and a dashboard which
server failures go with which client failures, how strongly and since when.")
include(CPack)
