import { ArgumentError, type Declaration, show } from '../../codec/index.js'
import { TC_H, type TclassMessage, tcaClassAttrs } from '../../route/index.js'
import { indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { classWords, wordKind } from '../tc/kinds.js'
import { fromWords } from '../tc/words.js'
import { shortText } from '../values/accepted.js'
import { handleNumber } from '../values/handle.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkUndeclared, toWire } from '../values/normalize.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import type { ClassKey, NewTrafficClass } from './types.js'

const cases = tcaClassAttrs.table.options[1].cases as Readonly<Record<string, Declaration<unknown>>>

/** Returns the declaration of the options of a class, by the kind of its qdisc. */
export const optionsOf = (kind: string) => (Object.hasOwn(cases, kind) ? cases[kind] : undefined)

/** TCA_KIND, IFNAMSIZ with the NUL (rtm_tca_policy, net/sched/sch_api.c) */
export const KIND = shortText(15)

export const classKeys = {
  ...{ dev: 1, handle: 1, parent: 1, kind: KIND, options: 1, leaf: 1 },
} satisfies Record<keyof NewTrafficClass, unknown>

/** Parses a parent. @throws {TypeError} */
export const parentNumber = (parent: string) => (parent === 'root' ? TC_H.ROOT : handleNumber('parent', parent))

/** The qdisc of a class. */
const qdiscOf = (handle: number) => (handle & 0xffff0000) >>> 0

/** Checks a class, and returns the numbers of its handle and parent. @throws {TypeError} */
export function locate(key: ClassKey | NewTrafficClass) {
  checkKeys('class', key, classKeys)
  requireKeys('class', key, 'dev', 'handle')
  checkLinkRef('dev', key.dev)
  const handle = handleNumber('handle', key.handle)
  const { leaf } = key as NewTrafficClass
  if (leaf !== undefined) handleNumber('leaf', leaf)
  if ((handle & 0xffff) === 0)
    throw new ArgumentError(`expected handle of class to be a class like 1:10, got ${show(key.handle)}`)
  return { handle, parent: key.parent === undefined ? undefined : parentNumber(key.parent) }
}

/** Returns TCA_OPTIONS of a class. @throws {TypeError} */
function optionsToWire({ kind, options }: { readonly kind: string; readonly options?: unknown }) {
  const declaration = optionsOf(kind)
  if (declaration === undefined) checkUndeclared('options', kind, options)
  const written = fromWords('options', wordKind(classWords, kind), declaration, options)
  return toWire('options', declaration, written) as TclassMessage['attrs']['options']
}

/** Returns the message of a class. @throws {TypeError} */
export function* encodeClass(given: NewTrafficClass): Operation<TclassMessage> {
  const { handle, parent } = locate(given)
  requireKeys('class', given, 'kind')
  // tc sends empty options for a class without any.
  const { options } = given
  if (given.kind === 'htb' && (options === undefined || Object.keys(options).length === 0))
    throw new ArgumentError(`expected options of a htb to have 'rate' or 'parms', got none`)
  const attrs = { kind: given.kind, options: optionsToWire(given) ?? {} }
  const ifindex = yield* indexOf('dev', given.dev)
  return { ifindex, handle, parent: parent ?? qdiscOf(handle), attrs: defined(attrs) } as TclassMessage
}
