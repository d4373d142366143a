import { ArgumentError, type Infer, show } from '../../codec/index.js'
import { XFRM_OFFLOAD } from '../../xfrm/constants.js'
import type { xfrmUserOffload } from '../../xfrm/structs.js'
import { indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { BOOLEAN } from '../values/accepted.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import type { NewXfrmOffload, XfrmOffload } from './types.js'

type OffloadMessage = Infer<typeof xfrmUserOffload>

/** Returns an offload; undefined if there is none. */
export const decodeOffload = (message: OffloadMessage | undefined): XfrmOffload | undefined =>
  message && {
    dev: message.ifindex,
    dir: (message.flags & XFRM_OFFLOAD.INBOUND) === 0 ? 'out' : 'in',
    packet: (message.flags & XFRM_OFFLOAD.PACKET) !== 0,
  }

/** Checks an offload before its link is looked up. @throws {TypeError} */
export function checkOffload(offload: NewXfrmOffload | undefined, needsDir: boolean): void {
  if (offload === undefined) return
  checkKeys('offload', offload, { dev: 1, dir: 1, packet: BOOLEAN })
  requireKeys('offload', offload, ...(needsDir ? (['dev', 'dir'] as const) : (['dev'] as const)))
  checkLinkRef('dev of offload', offload.dev)
  const { dir } = offload
  if (dir !== undefined && dir !== 'in' && dir !== 'out')
    throw new ArgumentError(`expected dir of offload to be in or out, got ${show(dir)}`)
}

/** Returns the attribute of an offload that was checked. */
export function* encodeOffload(offload: NewXfrmOffload | undefined): Operation<OffloadMessage | undefined> {
  if (offload === undefined) return undefined
  const flags = (offload.dir === 'in' ? XFRM_OFFLOAD.INBOUND : 0) | (offload.packet ? XFRM_OFFLOAD.PACKET : 0)
  return { ifindex: yield* indexOf('dev of offload', offload.dev), flags }
}
