import { AF, ArgumentError } from '../../codec/index.js'
import { IFA_F, NUD } from '../../route/index.js'
import { inspected } from '../inspected.js'
import { removeAddress } from './ipv4.js'
import { removeAddress6 } from './ipv6.js'
import { addressMessageOf, neighbourMessageOf } from './messages.js'
import type { Address, Neighbour, State } from './state.js'

/** Seconds for which a neighbour is reachable after it was confirmed. The kernel chooses from 15 to 45 (`neigh_rand_reach_time`). */
export const REACHABLE_SECONDS = 30

/** A change that happens at a time of the clock. */
interface Event {
  readonly at: number
  happen(state: State): void
}

/** Returns the next event of an address: it becomes deprecated, or expires. */
function eventOfAddress(address: Address): Event | undefined {
  const { lifetime, changed, flags } = address
  if ((flags & IFA_F.PERMANENT) !== 0) return undefined
  const isDeprecated = (flags & IFA_F.DEPRECATED) !== 0
  const { prefered, valid } = lifetime
  if (!isDeprecated && prefered < valid) return { at: changed + prefered, happen: (state) => deprecate(state, address) }
  return { at: changed + valid, happen: (state) => expire(state, address) }
}

function deprecate(state: State, address: Address): void {
  address.flags |= IFA_F.DEPRECATED
  state.notify('RTM_NEWADDR', addressMessageOf(address, state))
}

/** Removes an address at the end of its lifetime (`check_lifetime`, `addrconf_verify_rtnl`). The kernel deletes its prefix route some seconds later. */
function expire(state: State, address: Address): void {
  const link = state.links.get(address.index)
  if (link === undefined) return
  if (address.family === AF.INET) removeAddress(state, link, address)
  else removeAddress6(state, link, address)
}

/** Returns the next event of a neighbour: a reachable one becomes stale (`neigh_timer_handler`). */
function eventOfNeighbour(neighbour: Neighbour): Event | undefined {
  if (neighbour.state !== NUD.REACHABLE) return undefined
  return {
    at: neighbour.confirmed + REACHABLE_SECONDS,
    happen(state) {
      neighbour.state = NUD.STALE
      state.notify('RTM_NEWNEIGH', neighbourMessageOf(neighbour))
    },
  }
}

/** Moves the clock of the kernel. Everything that is due meanwhile happens in order. @throws {TypeError} */
export function advance(state: State, seconds: number): void {
  if (!Number.isFinite(seconds) || seconds < 0)
    throw new ArgumentError(`expected a number of seconds from 0, got ${inspected(seconds)}`)
  const { clock } = state
  const end = clock.now + seconds
  for (;;) {
    const events = [...state.addresses.map(eventOfAddress), ...state.neighbours.map(eventOfNeighbour)]
    const [next] = events
      .filter((each): each is Event => each !== undefined && each.at <= end)
      .sort((one, other) => one.at - other.at)
    if (next === undefined) break
    clock.now = Math.max(clock.now, next.at)
    next.happen(state)
  }
  clock.now = end
}
