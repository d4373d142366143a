import type { Connection, LinkMessage } from '@netloom/netlink'
import { hostOrder, type Request } from '@netloom/netlink/codec'
import { TC_ACT, TC_H, TC_U32, TCA_EGRESS, type TfilterMessage } from '@netloom/netlink/route'
import { errnoCode } from '../../cni/error.js'
import type { Link } from '../links.js'

/** Handle of an ingress or clsact qdisc. */
const ingressHandle = 0xffff_0000

/** The frames that a device receives, and those that it sends. An ingress qdisc has only the former. */
export type Direction = 'received' | 'sent'

/** Returns the parent of the filters for a direction, as tc-redirect-tap and the bandwidth plugin use it for an ingress qdisc. */
function parentOf(kind: string | undefined, direction: Direction): number {
  if (kind === 'ingress') return ingressHandle
  return ingressHandle + (direction === 'received' ? TC_H.MIN_INGRESS : TC_H.MIN_EGRESS)
}

/** ETH_P_ALL in network byte order, linux/if_ether.h */
export const anyProtocol = hostOrder === 'LE' ? 0x0300 : 0x0003

/** A device, for requests and messages. */
export interface Named {
  readonly name: string
  readonly index: number
}

export const named = ({ index, attrs }: Link): Named => ({ index, name: attrs.ifname ?? '' })

/** A filter that redirects all frames of a device to another device. */
export interface Redirection {
  readonly direction: Direction
  /** Filters with lower numbers come first. */
  readonly pref: number
  readonly to: Named
  /** Class of the frames, which has no effect. */
  readonly classid?: number | undefined
  /** Cookie of the action. */
  readonly mark?: Uint8Array | undefined
}

/** The qdisc of a device that carries redirections. A device has at most one of these kinds. */
export interface Hook {
  readonly device: Named
  readonly kind: 'ingress' | 'clsact'
  readonly redirections: readonly Redirection[]
}

const create = { create: true, excl: true } as const

/** Matches every frame. */
const anyFrame = {
  flags: TC_U32.TERMINAL,
  ...{ offshift: 0, offmask: 0, off: 0, offoff: 0, hoff: 0, hmask: 0 },
  nkeys: 1,
  keys: [{ mask: 0, val: 0, off: 0, offmask: 0 }],
}

const infoOf = (pref: number) => pref * 0x10000 + anyProtocol

export function filterOf({ device, kind }: Hook, { direction, pref, to, classid, mark }: Redirection) {
  const generic = { index: 0, capab: 0, refcnt: 0, bindcnt: 0 }
  const parms = { ...generic, action: TC_ACT.STOLEN, eaction: TCA_EGRESS.REDIR, ifindex: to.index }
  const action = { kind: 'mirred', cookie: mark as Buffer | undefined, options: { parms } } as const
  const act: [number, typeof action][] = [[1, action]]
  const attrs = { kind: 'u32', options: { classid, sel: anyFrame, act } } as const
  return { ifindex: device.index, parent: parentOf(kind, direction), info: infoOf(pref), attrs }
}

/**
 * Creates the qdiscs and their filters, then changes a link, all in one system call: if the process is killed, everything happened or
 * nothing. If the kernel refuses a qdisc or a filter, none remains. All qdiscs come first: before the first filter of a new qdisc, the
 * kernel waits for an RCU grace period, which then counts for the other qdiscs too: mini_qdisc_pair_swap(), net/sched/sch_generic.c
 * @throws {NetlinkError} for the first that the kernel refuses
 */
export function addHooks(nl: Connection, hooks: readonly Hook[], last: Request<LinkMessage>): void {
  const batch = nl.batch({ oneCall: true, acks: 'failures' })
  const qdiscs = hooks.map((hook) => {
    const { device, kind } = hook
    const qdisc = {
      ifindex: device.index,
      handle: ingressHandle,
      parent: TC_H.INGRESS,
      attrs: { kind, options: {} },
    } as const
    return { hook, item: batch.add('RTM_NEWQDISC', qdisc, create) }
  })
  for (const hook of hooks)
    for (const redirection of hook.redirections) batch.add('RTM_NEWTFILTER', filterOf(hook, redirection), create)
  batch.add('RTM_NEWLINK', last)
  const { first } = batch.sendSync()
  if (first === undefined) return
  // The kernel continues after a failure. If another process was faster, the filters are in its qdisc.
  for (const { hook, item } of qdiscs) {
    if (item.state === 'done') removeHook(nl, hook.device.index)
    else removeFrom(nl, hook)
  }
  throw first.error
}

/** Removes the filters of a hook from the qdisc of another process. */
function removeFrom(nl: Connection, { device, kind, redirections }: Hook): void {
  const marks = redirections.flatMap(({ mark }) => mark ?? [])
  for (const direction of new Set(redirections.map((each) => each.direction))) {
    const all = listFilters(nl, { ...device, kind }, direction)
    const isOwn = (filter: TfilterMessage) =>
      cookiesOf(filter).some((cookie) => marks.some((mark) => Buffer.compare(cookie, mark) === 0))
    removeFilters(nl, all, all.filter(isOwn))
  }
}

/** A device with a qdisc at its ingress. */
export interface HookedDevice {
  readonly index: number
  readonly kind: string | undefined
}

/**
 * Lists the devices of the namespace that have a qdisc at their ingress. A dump, because the kernel answers a request for one qdisc
 * only with a notification to the group RTNLGRP_TC: qdisc_notify(), net/sched/sch_api.c
 */
export const hookedDevices = (nl: Connection): HookedDevice[] =>
  nl
    .dumpSync('RTM_GETQDISC', {})
    .filter(({ parent }) => parent === TC_H.INGRESS)
    .map(({ ifindex, attrs }) => ({ index: ifindex, kind: attrs.kind }))

/** Returns the kind of the qdisc at the ingress of a device, or undefined if it has none. */
export const hookKind = (nl: Connection, { index }: Named): string | undefined =>
  hookedDevices(nl).find((device) => device.index === index)?.kind

/**
 * True if a device has a qdisc at its ingress. Cheaper than a dump: the kernel acknowledges a request for this qdisc if it exists. EINVAL
 * means that the device had one.
 */
export function isHooked(nl: Connection, { index: ifindex }: Named): boolean {
  const batch = nl.batch()
  const item = batch.add('RTM_GETQDISC', { ifindex, handle: ingressHandle, parent: TC_H.INGRESS })
  batch.sendSync()
  if (item.state !== 'failed') return true
  if (!['ENOENT', 'EINVAL'].includes(errnoCode(item.error) ?? '')) throw item.error
  return false
}

/** Deletes the qdisc at the ingress of a device with its filters. */
export function removeHook(nl: Connection, ifindex: number): void {
  ignoringMissing(() => nl.requestSync('RTM_DELQDISC', { ifindex, handle: ingressHandle, parent: TC_H.INGRESS }))
}

/** Identifies a filter. Without `handle`, all of its kind with the same preference. */
interface FilterKey extends Pick<TfilterMessage, 'ifindex' | 'parent' | 'info'> {
  readonly handle?: number
  readonly attrs: { readonly kind?: string | undefined; readonly chain?: number | undefined }
}

function removeFilter(nl: Connection, { ifindex, handle, parent, info, attrs }: FilterKey): void {
  const { kind = '', chain } = attrs
  ignoringMissing(() => nl.requestSync('RTM_DELTFILTER', { ifindex, handle, parent, info, attrs: { kind, chain } }))
}

/**
 * Calls `action`. Ignores errors that mean that the object or its device does not exist any more. EINVAL means that the device had
 * such a qdisc, or that the filter's qdisc was deleted: tc_get_qdisc(), net/sched/sch_api.c, and tc_del_tfilter(), net/sched/cls_api.c
 */
function ignoringMissing(action: () => void): void {
  try {
    action()
  } catch (error) {
    if (!['ENOENT', 'ENODEV', 'EINVAL'].includes(errnoCode(error) ?? '')) throw error
  }
}

/** Lists the filters of a device for a direction. Hash tables and the heads of a list are no filters. */
export function listFilters(nl: Connection, { index, kind }: HookedDevice, direction: Direction): TfilterMessage[] {
  const all = nl.dumpSync('RTM_GETTFILTER', { ifindex: index, parent: parentOf(kind, direction) })
  return all.filter(({ attrs }) => attrs.kind !== 'u32' || attrs.options?.sel !== undefined)
}

/**
 * Removes some filters. Those with a preference that no other filter has are removed by it: if u32 is removed by its handle, a list
 * without filters remains.
 */
export function removeFilters(nl: Connection, all: readonly TfilterMessage[], own: readonly TfilterMessage[]): void {
  const foreign = all.filter((filter) => !own.includes(filter))
  for (const { handle, ...filter } of own) {
    const isShared = foreign.some(({ info, parent }) => info === filter.info && parent === filter.parent)
    removeFilter(nl, isShared ? { handle, ...filter } : filter)
  }
}

/** Returns the cookies of a filter's actions. */
export const cookiesOf = ({ attrs }: TfilterMessage): Uint8Array[] =>
  attrs.kind === 'u32' ? (attrs.options?.act ?? []).flatMap(([, { cookie }]) => cookie ?? []) : []
