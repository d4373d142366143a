import { type ExecFileSyncOptionsWithStringEncoding, execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Namespace } from './netns.js'

/** The program wg that `npm test` unpacks into .cache/. It needs no library but the C library. */
const program = fileURLToPath(new URL('../../.cache/debian/wireguard-tools-bookworm/usr/bin/wg', import.meta.url))

export const haveWg = (): boolean => existsSync(program)

const options = (input: string): ExecFileSyncOptionsWithStringEncoding => ({
  ...{ encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 2 ** 26 },
})

/** Runs wg in a namespace, with a text on its standard input, and returns what it prints. */
export const wg = ({ name }: Namespace, args: readonly string[], input = ''): string =>
  execFileSync('ip', ['netns', 'exec', name, program, ...args], options(input)).trimEnd()

/** Runs a command of wg about keys, which needs no kernel. */
export const wgKey = (command: 'genkey' | 'genpsk' | 'pubkey', input = ''): string =>
  execFileSync(program, [command], options(input)).trimEnd()
