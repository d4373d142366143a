import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Namespace } from './netns.js'
import { unpackedCommand, unpackedFolder } from './unpacked.js'

const folder = unpackedFolder('teamnl-bookworm')
const program = 'usr/bin/teamnl'

export const haveTeamnl = (): boolean => existsSync(join(folder, program))

/** Runs the teamnl of Debian that `npm test` unpacks into .cache/, in a namespace, and returns what it prints. */
export function teamnl(namespace: Namespace, ...args: readonly string[]): string {
  const [command = '', ...rest] = unpackedCommand(folder, program, args)
  return namespace.exec(command, rest)
}
