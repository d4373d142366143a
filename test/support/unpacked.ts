import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Programs of packages of Debian that `npm test` unpacks into .cache/.

/** Returns the folder that packages were unpacked into. */
export const unpackedFolder = (name: string): string =>
  fileURLToPath(new URL(`../../.cache/debian/${name}`, import.meta.url))

/** Returns the command of a program, with the C library and the libraries that it was unpacked with. */
export function unpackedCommand(folder: string, program: string, args: readonly string[]): [string, ...string[]] {
  const [machine, loader] =
    process.arch === 'arm64'
      ? ['aarch64-linux-gnu', 'ld-linux-aarch64.so.1']
      : ['x86_64-linux-gnu', 'ld-linux-x86-64.so.2']
  const libraries = ['lib', 'usr/lib'].map((each) => join(folder, each, machine)).filter((each) => existsSync(each))
  const found = libraries.map((each) => join(each, loader)).find((each) => existsSync(each)) ?? loader
  return [found, '--library-path', libraries.join(':'), join(folder, program), ...args]
}
