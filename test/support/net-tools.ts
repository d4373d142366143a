import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Packages of Debian that an earlier `npm test` unpacked into .cache/. */
const folder = fileURLToPath(new URL('../../.cache/debian/net-tools-bookworm', import.meta.url))
const paths = { busybox: 'bin/busybox', iperf3: 'usr/bin/iperf3', ping: 'bin/ping' } as const

export const haveNetTools = (): boolean => Object.values(paths).every((path) => existsSync(join(folder, path)))

/** Returns the command of a program that sends traffic in tests, with the libraries that it was unpacked with. */
export function netTool(name: keyof typeof paths, ...args: (string | number)[]): string[] {
  const machine = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu'
  const libraries = ['lib', 'usr/lib'].map((each) => join(folder, each, machine))
  return ['env', `LD_LIBRARY_PATH=${libraries.join(':')}`, join(folder, paths[name]), ...args.map(String)]
}
