import { handleText, type QdiscMessage, TC_H, type TfilterMessage } from '../../route/index.js'
import { ensureClass } from '../class/write.js'
import { add as addFilter } from '../filter/write.js'
import { optionsOf } from '../qdisc/encode.js'
import { ofLink } from '../qdisc/read.js'
import { ensureQdisc } from '../qdisc/write.js'
import type { Ensured } from '../run/ensure.js'
import { indexOf } from '../run/link-lookup.js'
import { change, dump, type Operation, undo } from '../run/operation.js'
import { Rollback } from '../run/rollback.js'
import { refusal } from '../run/selection.js'
import { combined, helperRate, IMPAIRMENT, ownRoot, REMOVED, UNCHANGED } from '../tc/helper-parts.js'
import { qdiscWords, wordKind } from '../tc/kinds.js'
import { fromWords } from '../tc/words.js'
import { OBJECT } from '../values/accepted.js'
import { toWire } from '../values/normalize.js'
import { checkKeys } from '../values/objects.js'
import { type Destination, selectorOf } from './destination.js'
import { hasRoot, keyKeys, locate, type Selection, selections, UNLIMITED } from './read.js'
import type { ImpairmentKey, NewImpairment } from './types.js'

export const impairmentKeys = { ...keyKeys, rate: 1, netem: OBJECT } satisfies Record<keyof NewImpairment, unknown>

const { handle: ROOT, kind: ROOT_KIND } = IMPAIRMENT

/** Returns the request that deletes the root qdisc of a link. */
const rootOf = (ifindex: number) =>
  ({ ifindex, parent: TC_H.ROOT, handle: ROOT, attrs: { kind: ROOT_KIND } }) as QdiscMessage

/** Checks the options of netem. @throws {TypeError} */
function checkNetem(given: object): void {
  checkKeys('netem', given, qdiscWords.netem.table)
  const declaration = optionsOf('netem')
  toWire('netem', declaration, fromWords('netem', wordKind(qdiscWords, 'netem'), declaration, given))
}

/** Checks a spec. Returns the rate of its class in bits per second. @throws {TypeError} */
function checked(given: NewImpairment): { readonly destination: Destination; readonly rate: number } {
  checkKeys('impairment', given, impairmentKeys)
  const destination = locate(given)
  const { rate, netem } = given
  const perSecond = rate === undefined ? UNLIMITED : helperRate('rate', rate)
  if (netem !== undefined) checkNetem(netem)
  return { destination, rate: perSecond * 8 }
}

/** Impairs the packets to a destination, or changes that if it differs from the spec. */
export function* ensureImpairment(given: NewImpairment): Operation<Ensured> {
  const { destination, rate } = checked(given)
  const dev = yield* indexOf('dev', given.dev)
  const isRooted = (yield* ownRoot(IMPAIRMENT, dev)) !== undefined
  const rollback = new Rollback()
  return yield* rollback.during(apply(dev, isRooted, destination, rate, given.netem, rollback))
}

function* apply(
  dev: number,
  isRooted: boolean,
  destination: Destination,
  rate: number,
  netem: NewImpairment['netem'],
  rollback: Rollback,
): Operation<Ensured> {
  if (!isRooted) {
    // Packets to other destinations are in no class: they wait for the link only.
    yield* ensureQdisc({
      dev,
      parent: 'root',
      kind: ROOT_KIND as 'htb',
      handle: handleText(ROOT),
      options: { default: 0 },
    })
    rollback.add(undo('RTM_DELQDISC', rootOf(dev)))
  }
  const known = (yield* selections(dev)).find((each) => each.destination.text === destination.text)
  const classid = known?.classid ?? (yield* freeClass(dev))
  const handle = handleText(classid)
  const inClass = yield* ensureClass({ dev, handle, kind: 'htb', options: { rate, burst: BURST, cburst: BURST } })
  if (inClass.created) rollback.add(undo('RTM_DELTCLASS', { ifindex: dev, handle: classid }))
  const leaf = netem === undefined ? yield* removeLeaf(dev, classid) : yield* ensureLeaf(dev, classid, netem, rollback)
  if (known === undefined) {
    const { match, ...place } = selectorOf(destination)
    yield* addFilter({ dev, parent: handleText(ROOT), ...place, kind: 'u32', options: { match, classid } } as never)
  }
  return combined(known === undefined, [
    ['class', inClass],
    ['netem', leaf],
  ])
}

/** Bytes that a class may send at once: several of the largest packets. */
const BURST = 256 * 1024

/** Returns the first class without a destination. */
function* freeClass(dev: number): Operation<number> {
  const used = new Set((yield* dump('RTM_GETTCLASS', { ifindex: dev })).map(({ handle }) => handle))
  let classid = ROOT + 1
  while (used.has(classid)) classid++
  return classid
}

function* ensureLeaf(
  dev: number,
  classid: number,
  options: NonNullable<NewImpairment['netem']>,
  rollback: Rollback,
): Operation<Ensured> {
  const parent = handleText(classid) as `${string}:${string}`
  const effect = yield* ensureQdisc({ dev, parent, kind: 'netem', options })
  if (effect.created)
    rollback.add(undo('RTM_DELQDISC', { ifindex: dev, parent: classid, attrs: { kind: 'netem' } as never }))
  return effect
}

function* removeLeaf(ifindex: number, classid: number): Operation<Ensured> {
  const leaf = yield* ofLink(ifindex, ({ parent, handle }) => parent === classid && handle !== 0)
  if (leaf === undefined) return UNCHANGED
  yield* change('RTM_DELQDISC', {
    ifindex,
    parent: classid,
    handle: leaf.handle,
    attrs: { kind: leaf.attrs.kind } as never,
  })
  return REMOVED
}

/** Returns the request that deletes a filter. */
const removalOf = ({ ifindex, parent, info, handle, attrs: { kind } }: TfilterMessage) =>
  ({ ifindex, parent, info, handle, attrs: { kind } }) as TfilterMessage

/** Removes the impairment of a destination. The root qdisc ends with the last one. */
export function* remove(key: ImpairmentKey): Operation<void> {
  checkKeys('impairment', key, impairmentKeys)
  const { text } = locate(key)
  const ifindex = yield* indexOf('dev', key.dev)
  const all: Selection[] = (yield* hasRoot(ifindex)) ? yield* selections(ifindex) : []
  const found = all.find(({ destination }) => destination.text === text)
  if (found === undefined)
    throw refusal({ request: 'RTM_DELTFILTER', code: 'ENOENT', explanation: 'no such impairment' })
  yield* change('RTM_DELTFILTER', removalOf(found.message))
  yield* removeLeaf(ifindex, found.classid)
  yield* change('RTM_DELTCLASS', { ifindex, handle: found.classid })
  const rest = yield* dump('RTM_GETTCLASS', { ifindex })
  if (rest.length === 0) yield* change('RTM_DELQDISC', rootOf(ifindex))
}
