import { toQdisc } from '../api/qdisc/decode.js'
import type { Operation } from '../api/run/operation.js'
import { describeQdisc } from '../api/values/describe.js'
import { type QdiscMessage, TC_H } from '../route/index.js'
import type { Planning } from './planning.js'
import { restorationOf } from './restoration.js'
import type { UndoRequest } from './undo.js'

/** The major number of a handle, or of a parent: that of the qdisc with the class. */
export const majorOf = (handle: number) => handle >>> 16

/** The minor number of a parent: that of the class. */
const minorOf = (parent: number) => parent & 0xffff

/** True for a qdisc in a class of the one with the major number. */
export const isInClassOf = ({ parent }: QdiscMessage, major: number) =>
  parent !== TC_H.ROOT && parent !== TC_H.INGRESS && majorOf(parent) === major

/**
 * Returns the qdiscs in the classes of another one, or in some of them, those of upper levels first. The kernel deletes them with it.
 * @param isOne returns true for the minor number of a class
 */
export function* qdiscsBelow(
  planning: Planning,
  { ifindex, handle }: QdiscMessage,
  isOne: (minor: number) => boolean = () => true,
): Operation<QdiscMessage[]> {
  const all = yield* planning.snapshot.qdiscs(ifindex)
  const below: QdiscMessage[] = []
  const add = (major: number, isIncluded: (each: QdiscMessage) => boolean) => {
    for (const each of all)
      if (isInClassOf(each, major) && isIncluded(each) && !below.includes(each)) {
        below.push(each)
        add(majorOf(each.handle), () => true)
      }
  }
  add(majorOf(handle), ({ parent }) => isOne(minorOf(parent)))
  return below
}

/** Returns the requests that add qdiscs of a link as they were. Classes and filters are lost. */
export function* additionsOf(dev: string | undefined, messages: readonly QdiscMessage[]): Operation<UndoRequest[]> {
  const requests: UndoRequest[] = []
  // A replacement would be a change of one that is still there, which not all kinds allow.
  for (const message of messages) {
    const { kind, parent, handle } = toQdisc(message)
    const object = describeQdisc({ kind, dev, parent, handle })
    for (const request of yield* restorationOf('qdisc', { message }))
      requests.push({ ...request, object, options: { create: true, excl: true } })
  }
  return requests
}
