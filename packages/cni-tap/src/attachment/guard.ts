import type { Connection } from '@netloom/netlink'
import { configurePort, type Port } from './bridge-port.js'
import type { SpoofCheck } from './load-spoof-check.js'
import { undoing } from './rollback.js'
import type { PendingTap } from './tap.js'

/** What must be in force before the first frame. */
export interface Guards {
  readonly port: Port | undefined
  readonly spoofCheck: SpoofCheck | undefined
}

export const isGuarded = ({ port, spoofCheck }: Guards) => port !== undefined || spoofCheck !== undefined

/** Where the device is, and by what alias it is known. */
interface Place {
  readonly netns: number
  readonly nl: Connection
  readonly alias: string
}

/** Puts the guards in force, then the device up, and calls `action`; of the guards nothing is left where that fails. */
export async function withGuards<T>(
  guards: Guards,
  { netns, nl, alias }: Place,
  tap: PendingTap,
  action: () => Promise<T>,
): Promise<T> {
  if (!isGuarded(guards)) return action()
  const { port, spoofCheck } = guards
  if (port !== undefined) configurePort(nl, tap.index, port)
  const begin = () => {
    tap.setUp()
    return action()
  }
  if (spoofCheck === undefined) return begin()
  const table = spoofCheck.tableOf(alias)
  return undoing(
    'macspoofchk',
    () => spoofCheck.removeSpoofCheck(netns, table),
    () => {
      // It may be there although we could not read the kernel's answer.
      spoofCheck.addSpoofCheck(netns, nl, table, tap)
      return begin()
    },
  )
}
