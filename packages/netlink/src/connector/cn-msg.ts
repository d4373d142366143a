import { isRecord } from '../codec/error.js'
import {
  type Alternative,
  type ByteOrder,
  bytes,
  choice,
  constants,
  type Declaration,
  enumOf,
  followed,
  type Infer,
  nameOf,
  struct,
  u16,
  u32,
} from '../codec/index.js'
import {
  PROC_CN_MCAST,
  PROC_EVENT,
  type ProcEvent,
  type ProcInput,
  procEvent,
  procInputOfLength,
  whatAt,
} from './proc-event.js'

/** CN_IDX_*, linux/connector.h: users of the connector, also the numbers of their multicast groups */
export const CN_IDX = constants('CN_IDX', { PROC: 1, CIFS: 2, V86D: 4, BB: 5, DM: 7, DRBD: 8 })

/** CN_VAL_*, linux/connector.h: `val` of {@link cbId} of each user */
export const CN_VAL = constants('CN_VAL', { PROC: 1, CIFS: 1, V86D_UVESAFB: 1, DM_USERSPACE_LOG: 1, DRBD: 1 })

/** `struct cb_id`, linux/connector.h */
export const cbId = struct('cb_id', { idx: enumOf(u32, CN_IDX), val: u32 })

/** `struct cn_msg`, linux/connector.h, without its data */
export const cnMsg = struct('cn_msg', {
  id: cbId,
  seq: u32,
  ack: u32,
  len: u16, // bytes of the data
  flags: u16, // of netlink sockets in the kernel: always 0
})

const isProc = ({ idx, val }: Infer<typeof cbId>) => idx === CN_IDX.PROC && val === CN_VAL.PROC

/** True if the message at `start` is one of the events of processes. */
const isProcAt = (from: Buffer, start: number, end: number, order: ByteOrder) =>
  end - start >= cnMsg.size && isProc(cbId.codec(order).read(from, start))

/** True for a value of the events of processes. The encoder reports what is wrong with others. */
const isOfProc = (value: unknown) =>
  isRecord(value) && !('data' in value) && isRecord(value.id) && isProc(value.id as unknown as Infer<typeof cbId>)

type Header = Infer<typeof cnMsg>

/** A message of another user of the connector. */
export interface CnOther extends Header {
  data: Buffer
}

/** A request to the kernel for events of processes. */
export interface CnProcRequest extends Header {
  input: ProcInput
}

/** An event of a process. */
export interface CnProcEvent extends Header {
  event: ProcEvent
}

const other = followed(cnMsg, 'data', bytes)

/** Declares the messages of the connector, of which those of processes end in `own`. */
const cnMessageOf = <T extends Header>(own: Alternative): Declaration<T | CnOther> =>
  choice<T | CnOther>('cn_msg', [own, other], {
    ofBytes: (from, start, end, order) => (isProcAt(from, start, end, order) ? own : other),
    ofValue: (value) => (isOfProc(value) ? own : other),
  })

/** A message to the kernel. `id` determines whether it has `input` or `data`. */
export const cnRequest: Declaration<CnProcRequest | CnOther> = cnMessageOf<CnProcRequest>(
  followed(cnMsg, 'input', procInputOfLength),
)

/** A message of the kernel. `id` determines whether it has an `event` or `data`. */
export const cnMessage: Declaration<CnProcEvent | CnOther> = cnMessageOf<CnProcEvent>(
  followed(cnMsg, 'event', procEvent),
)

/** Returns the name of a message, `PROC_EVENT_FORK` or `CN_IDX_DM`: all have the same `nlmsg_type`. Undefined if it is cut off. */
export function connectorName(
  from: Buffer,
  start: number,
  end: number,
  { order, toKernel }: { readonly order: ByteOrder; readonly toKernel: boolean },
): string | undefined {
  const at = start + cnMsg.size
  if (at > end) return undefined
  if (isProcAt(from, start, end, order) && end - at >= u32.size)
    return nameOf(toKernel ? PROC_CN_MCAST : PROC_EVENT, whatAt(from, at, order))
  return nameOf(CN_IDX, cbId.codec(order).read(from, start).idx)
}
