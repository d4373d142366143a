import { change, type Operation } from '../api/run/operation.js'
import { AF } from '../codec/index.js'
import { type AddressMessage, type AfSpecAttrs, IFA_F, IPV4_DEVCONF } from '../route/index.js'
import { lossesOfLastAddress } from './losses.js'
import type { Planning } from './planning.js'
import type { Snapshot } from './snapshot.js'
import { additionOfAddress, deletionsOf, type UndoRequest } from './undo.js'

const { PROMOTE_SECONDARIES } = IPV4_DEVCONF

/**
 * Removes an address. The kernel would delete the secondary addresses of its network too, and with the last address of a link all
 * its routes. With `promote_secondaries` one of them becomes the primary one.
 */
export function* removeAddress(
  { snapshot }: Planning,
  message: AddressMessage,
  deletion: Operation<unknown>,
): Operation<void> {
  const { index } = message
  const afSpec = snapshot.indexed(index)?.message.attrs.afSpec as AfSpecAttrs | undefined
  const isPromoted = (afSpec?.inet?.conf as readonly number[] | undefined)?.[PROMOTE_SECONDARIES - 1] !== 0
  if (isPromoted || (yield* secondariesOf(snapshot, message)).length === 0) {
    yield* deletion
    return
  }
  const promote = (value: number) =>
    change('RTM_SETLINK', { index, attrs: { afSpec: { inet: { conf: [[PROMOTE_SECONDARIES, value]] } } } })
  yield* promote(1)
  try {
    yield* deletion
  } finally {
    yield* promote(0)
  }
}

/** Returns the secondary addresses of a primary one, in the order of the kernel. */
function* secondariesOf(snapshot: Snapshot, message: AddressMessage): Operation<AddressMessage[]> {
  const isSecondary = ({ flags, attrs }: AddressMessage) => ((attrs.flags ?? flags) & IFA_F.SECONDARY) !== 0
  if (message.family !== AF.INET || isSecondary(message)) return []
  const all = yield* snapshot.addresses(AF.INET)
  return all.filter((each) => each.index === message.index && each.prefixlen === message.prefixlen && isSecondary(each))
}

/**
 * Returns the requests that restore an address. The first one of a network is the primary one, so others are deleted before, and added
 * again after it.
 */
export function* restorationOfAddress({ snapshot }: Planning, message: AddressMessage): Operation<UndoRequest[]> {
  if (message.family !== AF.INET) return [additionOfAddress(message)]
  const secondaries = yield* secondariesOf(snapshot, message)
  return [
    ...[...secondaries].reverse().flatMap((value) => deletionsOf({ name: 'RTM_NEWADDR', value })),
    ...[message, ...secondaries].map((each) => additionOfAddress(each)),
    // With the last IPv4 address of a link, its routes and neighbours are deleted.
    ...(yield* lossesOfLastAddress(snapshot, message.index)),
  ]
}
