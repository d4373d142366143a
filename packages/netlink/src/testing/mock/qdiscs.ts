import { NLM_F_NEW } from '../../message/index.js'
import { type QdiscMessage, TC_H } from '../../route/index.js'
import { defaultOptions, isIngress, qdiscKind } from './qdisc-kinds.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import { type Link, type Qdisc, removeWhere, type State } from './state.js'

const { CREATE, EXCL, REPLACE } = NLM_F_NEW
const has = (flags: number, bit: number) => (flags & bit) !== 0

/** The first handle that the kernel chooses, and the distance to the next (`qdisc_alloc_handle`) */
const FIRST_CHOSEN = 0x80010000
const MAJOR = 0x10000

/** The handle of the qdisc at the ingress of a link */
const INGRESS_HANDLE = 0xffff0000

/** `tcm_info`: the number of references, of a qdisc at the root, of one with a default handle there, and of any other. */
const REFERENCES = { ROOT: 3, DEFAULT: 2, OTHER: 1, NONE: 0 } as const

const majorOf = (handle: number) => (handle & 0xffff0000) >>> 0

/** Returns the default qdisc of a link, unless it has another one, or none yet. */
function defaultOf({ index, qdisc, defaultQdisc }: Link, qdiscs: readonly Qdisc[]): Qdisc | undefined {
  if (qdisc === 'noop' || qdiscs.some((each) => each.ifindex === index && each.parent === TC_H.ROOT)) return undefined
  return { ifindex: index, handle: 0, parent: TC_H.ROOT, kind: defaultQdisc, options: defaultOptions(defaultQdisc) }
}

/** Returns the RTM_NEWQDISC of a qdisc. `isLeaving`: the message says that it is deleted, so it has fewer references. */
function qdiscMessageOf({ ifindex, handle, parent, kind, options }: Qdisc, isLeaving = false) {
  const kept =
    parent !== TC_H.ROOT ? REFERENCES.OTHER : handle === 0 && !isLeaving ? REFERENCES.DEFAULT : REFERENCES.ROOT
  const left = isIngress(kind) ? REFERENCES.NONE : REFERENCES.OTHER
  const attrs = { kind, ...(options && { options }), hwOffload: 0 }
  return { family: 0, ifindex, handle, parent, info: isLeaving ? left : kept, attrs }
}

/** Bucket of a qdisc in the table of its link (`qdisc_hash_add`): a dump is in this order. */
const bucketOf = ({ handle }: Qdisc) => Math.imul(handle, 0x61c88647) >>> 28

/** Handles a dump of RTM_GETQDISC. The kernel ignores the link of the request. */
export function dumpQdiscs({ links, qdiscs }: State, { attrs }: QdiscMessage): object[] {
  checkModelled(attrs, 'RTM_GETQDISC', ['dumpInvisible'])
  return [...links.values()]
    .sort((one, other) => one.index - other.index)
    .flatMap((link) => {
      const own = qdiscs.filter(({ ifindex }) => ifindex === link.index)
      const root = own.find(({ parent }) => parent === TC_H.ROOT) ?? defaultOf(link, qdiscs)
      const ingress = own.filter(({ kind }) => isIngress(kind))
      const others = own.filter((each) => each !== root && !ingress.includes(each))
      const ordered = others.reverse().sort((one, other) => bucketOf(one) - bucketOf(other))
      return [...(root ? [root] : []), ...ordered, ...ingress]
    })
    .map((each) => qdiscMessageOf(each))
}

/** The place that a request is about. */
interface Place {
  readonly link: Link
  /** The qdisc that is there, unless it is a default one. */
  readonly found: Qdisc | undefined
  /** The qdisc above it. */
  readonly above: Qdisc | undefined
}

const byHandle = ({ qdiscs }: State, { index }: Link, handle: number) =>
  qdiscs.find((each) => each.ifindex === index && each.handle === handle)

/** Returns the place of a request. `missing`: the message for a parent that does not exist. */
function placeOf(state: State, { ifindex, parent, handle }: QdiscMessage, missing: string): Place {
  const link = state.links.get(ifindex)
  if (link === undefined) refuse('ENODEV')
  if (parent === 0) return { link, found: byHandle(state, link, handle), above: undefined }
  const own = state.qdiscs.filter((each) => each.ifindex === ifindex)
  if (parent === TC_H.ROOT || parent === TC_H.INGRESS)
    return { link, found: own.find((each) => each.parent === parent), above: undefined }
  const above = byHandle(state, link, majorOf(parent))
  if (above === undefined) refuse('ENOENT', missing)
  if (isIngress(above.kind)) refuse('EOPNOTSUPP', 'Cannot add children to ingress/clsact qdisc')
  if (qdiscKind(above.kind).isParent !== true) refuse('EOPNOTSUPP', 'Parent qdisc is not classful')
  // A tbf has one class, whatever its number.
  return { link, found: own.find((each) => majorOf(each.parent) === above.handle), above }
}

/** Handles RTM_NEWQDISC: creates, replaces or changes a qdisc (`tc_modify_qdisc`). */
export function newQdisc(state: State, message: QdiscMessage, flags: number): void {
  const { handle, parent, attrs } = message
  const place = placeOf(state, message, 'Failed to find specified qdisc')
  checkModelled(attrs, 'RTM_NEWQDISC', ['kind', 'options', 'stab'])
  const { found, link } = place
  if (parent === TC_H.INGRESS) link.hasIngress = true
  if (parent === 0 && handle === 0) refuse('EINVAL', 'Handle cannot be zero')
  if (parent !== 0 && (found === undefined || (handle !== 0 && found.handle !== handle))) {
    if (handle !== 0) checkHandle(state, place, message, flags)
    create(state, place, message, flags)
    return
  }
  const isOther = attrs.kind !== undefined && attrs.kind !== found?.kind
  if (parent !== 0 && handle === 0 && has(flags, CREATE) && has(flags, REPLACE) && (has(flags, EXCL) || isOther)) {
    create(state, place, message, flags)
    return
  }
  if (found === undefined) refuse('ENOENT', 'Specified qdisc not found')
  if (has(flags, EXCL)) refuse('EEXIST', 'Exclusivity flag on, cannot modify')
  if (isOther) refuse('EINVAL', 'Invalid qdisc name: must match existing qdisc')
  checkStab(attrs)
  if (attrs.options !== undefined) changeOptions(state, found, attrs.options)
  // The notification has the parent of the request, also if that is none.
  state.notify('RTM_NEWQDISC', { ...qdiscMessageOf(found), parent })
}

/** Checks the handle of a qdisc that is to be attached to a place. */
function checkHandle(
  state: State,
  { link, found }: Place,
  { handle, parent, attrs }: QdiscMessage,
  flags: number,
): void {
  if (found && !has(flags, REPLACE)) refuse('EEXIST', 'NLM_F_REPLACE needed to override')
  if (handle !== majorOf(handle)) refuse('EINVAL', 'Invalid minor handle')
  const other = byHandle(state, link, handle)
  if (other === undefined) return
  if (other.parent !== parent) refuse('EINVAL', 'Cannot move an existing qdisc to a different parent')
  if (has(flags, EXCL)) refuse('EEXIST', 'Exclusivity flag on, cannot override')
  if (attrs.kind !== undefined && attrs.kind !== other.kind)
    refuse('EINVAL', 'Invalid qdisc name: must match existing qdisc')
  if (isIngress(other.kind)) refuse('EINVAL', 'Cannot regraft ingress or clsact Qdiscs')
  refuse('ELOOP', 'Qdisc parent/child loop detected')
}

/** Refuses a size table (`qdisc_get_stab`). */
function checkStab({ stab }: QdiscMessage['attrs']): void {
  if (stab === undefined) return
  if (stab.base === undefined) refuse('EINVAL', 'Size table base parameters are missing')
  notModelled('size tables')
}

function changeOptions(state: State, qdisc: Qdisc, options: NonNullable<QdiscMessage['attrs']['options']>): void {
  const { change, limitBelow } = qdiscKind(qdisc.kind)
  if (change === undefined) refuse('EINVAL', 'Change operation not supported by specified qdisc')
  qdisc.options = change(options, qdisc.options)
  const limit = limitBelow?.(qdisc.options)
  if (limit !== undefined)
    for (const each of childrenOf(state, qdisc)) if (/^[pb]fifo$/.test(each.kind)) each.options = { limit }
}

/** Returns the qdiscs that are attached to another one. */
const childrenOf = ({ qdiscs }: State, { ifindex, handle }: Qdisc) =>
  qdiscs.filter(
    (each) =>
      each.ifindex === ifindex &&
      majorOf(each.parent) === handle &&
      each.parent !== TC_H.ROOT &&
      each.parent !== TC_H.INGRESS,
  )

/** Creates a qdisc, and attaches it in place of the one that is there (`qdisc_create`, `qdisc_graft`). */
function create(state: State, { link, found }: Place, { handle, parent, attrs }: QdiscMessage, flags: number): void {
  if (!has(flags, CREATE)) refuse('ENOENT', 'Qdisc not found. To create specify NLM_F_CREATE flag')
  const { kind, options } = attrs
  const { create: optionsOf } = qdiscKind(kind)
  checkStab(attrs)
  if (isIngress(kind) !== (parent === TC_H.INGRESS))
    refuse(
      isIngress(kind) ? 'EOPNOTSUPP' : 'EINVAL',
      isIngress(kind) ? undefined : 'Specified parent ID is reserved for ingress and clsact Qdiscs',
    )
  const qdisc: Qdisc = {
    ...{ ifindex: link.index, parent, kind: kind ?? '', options: optionsOf(link, options) },
    handle: parent === TC_H.INGRESS ? INGRESS_HANDLE : handle || freeHandle(state, link),
  }
  const old = found ?? (parent === TC_H.ROOT ? defaultOf(link, state.qdiscs) : undefined)
  if (found) destroy(state, found)
  state.qdiscs.push(qdisc)
  if (parent === TC_H.ROOT) link.qdisc = qdisc.kind
  if (old) state.notify('RTM_DELQDISC', qdiscMessageOf(old, true))
  state.notify('RTM_NEWQDISC', qdiscMessageOf(qdisc), REPLACE)
}

/** Returns a handle that no qdisc of the link has. The kernel counts for all links. */
function freeHandle(state: State, link: Link): number {
  const { lastHandle } = state
  do lastHandle.value = lastHandle.value === 0 ? FIRST_CHOSEN : lastHandle.value + MAJOR
  while (byHandle(state, link, lastHandle.value))
  return lastHandle.value
}

/** Removes a qdisc with those that are attached to it, without a notification. */
function destroy(state: State, qdisc: Qdisc): void {
  removeWhere(state.qdiscs, (each) => each === qdisc)
  for (const each of childrenOf(state, qdisc)) destroy(state, each)
}

/** Handles RTM_DELQDISC. The link gets its default qdisc again if it is up. */
export function deleteQdisc(state: State, message: QdiscMessage): void {
  const { parent, handle, attrs } = message
  const { link, found } = placeOf(state, message, 'Failed to find qdisc with specified classid')
  if (parent === 0 && found === undefined) refuse('ENOENT', 'Failed to find qdisc with specified handle')
  if (parent === TC_H.INGRESS && !link.hasIngress) refuse('ENOENT', 'Cannot find specified qdisc on specified device')
  if (handle !== 0 && handle !== (found?.handle ?? 0)) refuse('EINVAL', 'Invalid handle')
  if (attrs.kind !== undefined && attrs.kind !== (found?.kind ?? link.qdisc))
    refuse('EINVAL', 'Invalid qdisc name: must match existing qdisc')
  if (parent === 0) refuse('EINVAL', 'Classid cannot be zero')
  if (found === undefined) refuse('ENOENT', 'Cannot delete qdisc with handle of zero')
  destroy(state, found)
  if (parent === TC_H.ROOT) link.qdisc = link.up ? link.defaultQdisc : 'noop'
  state.notify('RTM_DELQDISC', qdiscMessageOf(found, true))
}

/** Removes the qdiscs of a deleted link, without a notification. */
export function dropQdiscs(state: State, { index }: Link): void {
  removeWhere(state.qdiscs, ({ ifindex }) => ifindex === index)
}
