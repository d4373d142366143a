import { boolean, type TimeoutOptions, timeoutRules, type WaitOptions, waitRules } from '../../connection/options.js'
import { RTEXT_FILTER } from '../../route/index.js'
import { setFileNames } from '../values/file-names.js'
import { linkIndexesOf, setLinkNames } from '../values/link-names.js'
import { isLink } from '../values/link-ref.js'
import { ifThere } from './link-lookup.js'
import { dump, type Operation, read } from './operation.js'

interface NameOptions<N extends boolean> {
  /**
   * True to add names next to numbers: those of links (`devName` next to `dev`), and those of iproute2's files (`tableName` next to
   * `table`). Names of links need further requests. A link that was deleted in the meantime has no name. Default: false.
   */
  readonly names?: N | undefined
}

/** Options of an operation that reads objects. */
export interface ReadOptions<N extends boolean = boolean> extends WaitOptions, NameOptions<N> {}

/** Options of the synchronous form of an operation that reads objects. */
export interface ReadOptionsSync<N extends boolean = boolean> extends TimeoutOptions, NameOptions<N> {}

/** Objects that an operation returns: with names for `{ names: true }`. */
export type Read<N extends boolean, Plain, Named> = N extends true ? Named : Plain

export const readRules = { ...waitRules, names: boolean }
export const readSyncRules = { ...timeoutRules, names: boolean }

/** Number of links up to which each is requested. For more, one dump is cheaper. */
const MOST_GETS = 2

const attrs = { extMask: RTEXT_FILTER.SKIP_STATS }

/** Returns the names of links. Links that do not exist have none. */
function* namesOf(indexes: ReadonlySet<number>): Operation<Map<number, string | undefined>> {
  const names = new Map<number, string | undefined>()
  if (indexes.size > MOST_GETS)
    for (const link of yield* dump('RTM_GETLINK', { attrs })) names.set(link.index, link.attrs.ifname)
  else
    for (const index of indexes) {
      const [link] = (yield* ifThere(read('RTM_GETLINK', { index, attrs }), 'ENODEV')) ?? []
      names.set(index, link?.attrs.ifname)
    }
  return names
}

/** Runs an operation that returns an object, a list or undefined, and adds the names of what its numbers refer to. */
export function* withNames<T>(operation: Operation<T>): Operation<T> {
  const result = yield* operation
  const objects = (result === undefined ? [] : [result].flat()) as readonly object[]
  const links = new Map(objects.flatMap((each) => (isLink(each) ? [[each.index, each.name] as const] : [])))
  const missing = linkIndexesOf(objects)
  for (const index of links.keys()) missing.delete(index)
  const names = yield* namesOf(missing)
  for (const object of objects) setLinkNames(object, (index) => links.get(index) ?? names.get(index))
  setFileNames(objects)
  return result
}
