import { type Notation, nameOf, special, u32, writtenAs } from '../../codec/index.js'
import { ETH_P } from '../../constants/index.js'

/** Formats a handle as tc does, both halves in hexadecimal: `1:10`, `8001:`. */
export function handleText(handle: number): string {
  const minor = handle & 0xffff
  return `${(handle >>> 16).toString(16)}:${minor === 0 ? '' : minor.toString(16)}`
}

/** The hooks of clsact, to which filters are attached: TC_H_CLSACT with TC_H_MIN_INGRESS or TC_H_MIN_EGRESS, linux/pkt_sched.h */
const hookNotation = special({ 4294967282: 'ingress', 4294967283: 'egress' })

const handleNotation: Notation = (value) =>
  value === 0 ? undefined : (hookNotation(value) ?? handleText(Number(value)))

/** A handle of a qdisc or class: the major number in the upper half, the minor number in the lower. */
export const tcHandle = writtenAs(u32, handleNotation)

/** Gives a declaration of handles, some of which have names, the notation of {@link tcHandle}. */
export const handleOf = <D extends typeof u32>(declaration: D): D => writtenAs(declaration, handleNotation)

/** Formats the handle of a u32 filter as tc does: `800:` for a table of hashes, `800::800` for a filter in it. */
export const u32HandleText: Notation = (value) => {
  const handle = Number(value)
  if (handle === 0) return undefined
  const [table, bucket, node] = [handle >>> 20, (handle >>> 12) & 0xff, handle & 0xfff]
  const hex = (number: number) => (number === 0 ? '' : number.toString(16))
  return `${hex(table)}:${hex(bucket)}${node === 0 ? '' : `:${hex(node)}`}`
}

/** A handle of the filter u32: TC_U32_USERHTID, TC_U32_HASH and TC_U32_NODE, linux/pkt_cls.h */
export const u32Handle = writtenAs(u32, u32HandleText)

/** `tcm_info` of a filter: the priority in the upper half, and the protocol, in network byte order, in the lower. */
export const filterInfo = writtenAs(u32, (value) => {
  const info = Number(value)
  const protocol = ((info & 0xff) << 8) | ((info >>> 8) & 0xff)
  return info === 0 ? undefined : `pref ${info >>> 16} protocol ${nameOf(ETH_P, protocol)}`
})
