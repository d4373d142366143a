import { change, dump, type Operation } from '../api/run/operation.js'
import { NetlinkError } from '../message/index.js'
import { handleText, type QdiscMessage, TC_H } from '../route/index.js'
import type { ObjectDraft, Planning } from './planning.js'
import { bandsIn, classless, ofGivenClasses } from './qdisc-facts.js'
import type { Snapshot } from './snapshot.js'

const majorOf = (number: number) => number >>> 16

/** Reports qdiscs of unknown kinds, in the place of qdiscs or classes that do not exist, and handles that two of a link have. */
export function* reportQdiscs(planning: Planning, drafts: readonly ObjectDraft[]): Operation<void> {
  const qdiscs = drafts.filter(({ object }) => object === 'qdisc')
  const added = qdiscs.filter(({ verb }) => verb === 'add' || verb === 'replace')
  if (added.length === 0) return
  const removed = new Set(qdiscs.filter(({ verb }) => verb === 'remove').map(({ message }) => message))
  const kinds = new Map<string, string | undefined>()
  for (const { path, message } of added) {
    const { ifindex, attrs } = message as QdiscMessage
    const { kind = '' } = attrs
    if (!kinds.has(kind)) kinds.set(kind, yield* refusalOf(kind))
    const reason = kinds.get(kind)
    if (reason !== undefined)
      planning.conflict('refused', `${path}.kind`, `expected a kind of qdisc that the kernel can create: ${reason}`)
    const present = (yield* planning.snapshot.qdiscs(ifindex)).filter((each) => !removed.has(each))
    const own = added.filter(({ message: other }) => (other as QdiscMessage).ifindex === ifindex)
    const changed = qdiscs.filter(({ verb }) => verb === 'change')
    const place: Place = { planning, path, message: message as QdiscMessage, present, added: own, changed }
    const above = aboveOf(place)
    // One that is declared and is neither present nor added has a conflict of its own.
    if (above === undefined && isDeclared(place)) continue
    reportHandle(place)
    yield* reportParent(place, above)
  }
}

/** The place of a qdisc that is added to a link. */
interface Place {
  readonly planning: Planning
  readonly path: string
  readonly message: QdiscMessage
  /** The qdiscs that the link has, without those that are removed. */
  readonly present: readonly QdiscMessage[]
  /** The qdiscs that the link gets. */
  readonly added: readonly ObjectDraft[]
  /** The qdiscs that are changed, with the messages of their requests. */
  readonly changed: readonly ObjectDraft[]
}

const isTop = ({ parent }: QdiscMessage) => parent === TC_H.ROOT || parent === TC_H.INGRESS || majorOf(parent) === 0

/** Returns the qdisc in whose class another one is. */
function aboveOf({ message, present, added }: Place): QdiscMessage | undefined {
  const isAbove = (each: QdiscMessage) => each !== message && majorOf(each.handle) === majorOf(message.parent)
  if (isTop(message)) return undefined
  return added.map((each) => each.message as QdiscMessage).find(isAbove) ?? present.find(isAbove)
}

const handleAbove = ({ parent }: QdiscMessage) => handleText((parent & 0xffff0000) >>> 0)

const isDeclared = ({ planning, message }: Place) =>
  !isTop(message) &&
  planning.state.entries.some(
    ({ kind, absent, spec }) => kind.object === 'qdisc' && !absent && spec.handle === handleAbove(message),
  )

/** A size table without a base, which `qdisc_get_stab` refuses. The kernel looks for the kind before. */
const IMPOSSIBLE = { ifindex: 1, handle: 0, parent: TC_H.ROOT } as const

/** Returns the refusal of a kind that the kernel does not know, also after it has loaded a module. The request is always refused. */
function* refusalOf(kind: string): Operation<string | undefined> {
  try {
    yield* change('RTM_NEWQDISC', { ...IMPOSSIBLE, attrs: { kind, stab: {} } } as never, { create: true, excl: true })
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    if (error.code === 'ENOENT') return error.message
  }
  return undefined
}

/** Reports the handle of a qdisc that another one has in another place. */
function reportHandle({ planning, path, message: { handle, parent }, present, added }: Place): void {
  if (handle === 0) return
  const isOther = (each: QdiscMessage) => each.handle === handle && each.parent !== parent
  const holder = added.find((each) => isOther(each.message as QdiscMessage))
  const found = present.find(isOther)
  if (holder) planning.conflict('duplicate', `${path}.handle`, `expected another handle, as ${holder.path} has it`)
  else if (found)
    planning.conflict(
      'in-use',
      `${path}.handle`,
      `expected a free handle, got ${handleText(handle)}, which ${found.attrs.kind} has`,
    )
}

/** Reports the parent of a qdisc if it does not exist, or can have no qdisc in its classes. */
function* reportParent(place: Place, above: QdiscMessage | undefined): Operation<void> {
  const { planning, path, message, added } = place
  if (isTop(message)) return
  const { ifindex, parent } = message
  const { kind = '' } = above?.attrs ?? {}
  const report = (type: 'reference' | 'refused', text: string) => planning.conflict(type, `${path}.parent`, text)
  const isNew = added.some((each) => each.message === above)
  const bands = above && bandsOf(place, above)
  if (above === undefined)
    report('reference', `no qdisc ${handleAbove(message)} on ${planning.snapshot.indexed(ifindex)?.name}`)
  else if (classless.has(kind))
    report('refused', `expected a qdisc that has classes, got ${kind} ${handleText(above.handle)}`)
  else if (ofGivenClasses.has(kind) && (isNew || !(yield* hasClass(planning.snapshot, ifindex, parent))))
    report('reference', `no class ${handleText(parent)} of ${kind}; plans create no classes`)
  else if (bands !== undefined && !isWithin(parent & 0xffff, bands))
    report(
      'reference',
      `expected a class from ${handleText(above.handle + 1)} to ${handleText(above.handle + bands)}, one for each band of ${kind}, got ${handleText(parent)}`,
    )
}

const isWithin = (minor: number, bands: number) => minor >= 1 && minor <= bands

/** Returns the number of bands that a qdisc will have; undefined for kinds without them. */
function bandsOf({ changed }: Place, { ifindex, handle, attrs }: QdiscMessage): number | undefined {
  const { kind = '' } = attrs
  const isIt = (each: QdiscMessage) => each.ifindex === ifindex && each.handle === handle
  const wanted = changed.map(({ message }) => message as QdiscMessage).find(isIt)
  return bandsIn(kind, wanted?.attrs.options) ?? bandsIn(kind, attrs.options)
}

function* hasClass(snapshot: Snapshot, ifindex: number, handle: number): Operation<boolean> {
  const classes = yield* snapshot.through(dump('RTM_GETTCLASS', { ifindex }))
  return classes.some((each) => each.handle === handle)
}
