import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inScratch, type Namespace } from './netns.js'
import { unpackedCommand, unpackedFolder } from './unpacked.js'
import { until } from './until.js'

const folder = unpackedFolder('iw-bookworm')
const program = 'sbin/iw'

export const haveIw = (): boolean => existsSync(join(folder, program))

const command = (args: readonly string[]) => unpackedCommand(folder, program, args)

/** Runs the iw of Debian that `npm test` unpacks into .cache/, in a namespace, and returns what it prints. */
export function iw(namespace: Namespace, ...args: readonly string[]): string {
  const [name, ...rest] = command(args)
  return namespace.exec(name, rest)
}

/** Runs iw in the namespace of the process. */
function iwHere(...args: readonly string[]): string {
  const [name, ...rest] = command(args)
  return execFileSync(name, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

const phys = ['phy0', 'phy1']

/** Calls `use` with a namespace that contains the two simulated devices, `phy0` with `wlan0` and `phy1` with `wlan1`. */
export const withRadios = <T>(use: (namespace: Namespace) => Promise<T>): Promise<T> =>
  inScratch(async (namespace) => {
    // Devices return when the kernel has deleted their last namespace.
    await until(
      'both devices are here',
      () => phys.every((phy) => iwHere('phy').includes(`Wiphy ${phy}\n`)) || undefined,
    )
    for (const phy of phys) iwHere('phy', phy, 'set', 'netns', 'name', namespace.name)
    // The interfaces of a device go down when it moves, and lose their settings with their type.
    for (const link of ['wlan0', 'wlan1']) iw(namespace, 'dev', link, 'set', 'type', 'managed')
    return await use(namespace)
  })
