import type { NetworkCode } from '../native/network-code.js';

/** What the manifests of a library say. */
export interface Manifest {
  name: string;
  version: string;
  /** One line. */
  sentence: string;
  /** Paths of the C sources in the folder. */
  sources: string[];
}

/** The systems that a library is for. */
export const LIBRARY_SYSTEMS = ['arduino', 'platformio', 'esp-idf', 'zephyr', 'cmake'] as const;
export type LibrarySystem = (typeof LIBRARY_SYSTEMS)[number];

/** Returns the files by which systems recognize a library, by path, with the systems that read them. */
export function manifests(
  manifest: Manifest,
): Record<string, { systems: readonly LibrarySystem[]; text: string }> {
  const arduino = { systems: ['arduino'], text: libraryProperties(manifest) } as const;
  return {
    'library.properties': arduino,
    'library.json': { systems: ['platformio'], text: libraryJson(manifest) },
    'idf_component.yml': { systems: ['esp-idf'], text: idfComponent(manifest) },
    'CMakeLists.txt': { systems: ['esp-idf', 'cmake'], text: cmakeLists(manifest) },
    'zephyr/module.yml': { systems: ['zephyr'], text: zephyrModule(manifest) },
    'zephyr/CMakeLists.txt': { systems: ['zephyr'], text: zephyrCMake(manifest) },
    'zephyr/Kconfig': { systems: ['zephyr'], text: zephyrKconfig(manifest) },
  };
}

function libraryProperties({ name, version, sentence }: Manifest): string {
  return `name=${name}
version=${version}
author=bd-edge
maintainer=bd-edge
sentence=${sentence}
paragraph=The network is a constant in flash. It allocates nothing and uses integers only.
category=Data Processing
url=https://www.npmjs.com/package/bd-edge
architectures=*
includes=${name}.h
`;
}

function libraryJson({ name, version, sentence }: Manifest): string {
  const value = {
    name,
    version,
    description: sentence,
    keywords: ['neural network', 'tinyml'],
    headers: `${name}.h`,
    frameworks: '*',
    platforms: '*',
    build: { srcDir: 'src', includeDir: 'src' },
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

function idfComponent({ version, sentence }: Manifest): string {
  return `version: "${version}"\ndescription: ${JSON.stringify(sentence)}\n`;
}

function cmakeLists({ name, version, sources }: Manifest): string {
  return `cmake_minimum_required(VERSION 3.13)
set(sources ${sources.join(' ')})

if(ESP_PLATFORM)
  idf_component_register(SRCS \${sources} INCLUDE_DIRS src)
  return()
endif()

project(${name} VERSION ${version} LANGUAGES C)
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(${name} STATIC \${sources})
add_library(${name}::${name} ALIAS ${name})
set_target_properties(${name} PROPERTIES C_STANDARD 99)
target_include_directories(${name} PUBLIC $<BUILD_INTERFACE:\${CMAKE_CURRENT_SOURCE_DIR}/src>
  $<INSTALL_INTERFACE:\${CMAKE_INSTALL_INCLUDEDIR}>)

set(package \${CMAKE_INSTALL_LIBDIR}/cmake/${name})
write_basic_package_version_file(\${CMAKE_CURRENT_BINARY_DIR}/${name}ConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(TARGETS ${name} EXPORT ${name} ARCHIVE DESTINATION \${CMAKE_INSTALL_LIBDIR})
install(FILES src/${name}.h DESTINATION \${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT ${name} FILE ${name}Config.cmake NAMESPACE ${name}:: DESTINATION \${package})
install(FILES \${CMAKE_CURRENT_BINARY_DIR}/${name}ConfigVersion.cmake DESTINATION \${package})
`;
}

function zephyrModule({ name }: Manifest): string {
  return `name: ${name}\nbuild:\n  cmake: zephyr\n  kconfig: zephyr/Kconfig\n`;
}

function zephyrCMake({ name, sources }: Manifest): string {
  return `if(CONFIG_${name.toUpperCase()})
  zephyr_library_named(${name})
  zephyr_library_sources(${sources.map((path) => `../${path}`).join(' ')})
  zephyr_include_directories(../src)
endif()
`;
}

function zephyrKconfig({ name, sentence }: Manifest): string {
  return `config ${name.toUpperCase()}\n\tbool ${JSON.stringify(sentence)}\n`;
}

/** Returns one line about a network, of plain characters. */
export function sentenceOf({ model }: NetworkCode): string {
  const { height, width, channels } = model.input;
  const name = (model.metadata?.name ?? '').replace(/[^\w .,()+-]/g, ' ').trim();
  return `${name === '' ? 'A' : `${name}, a`} neural network for ${height} x ${width} x ${channels} inputs`;
}
