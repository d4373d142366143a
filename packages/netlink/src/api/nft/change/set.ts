import { NFT_SET, NFT_SET_POL } from '../../../netfilter/index.js'
import { BOOLEAN, LIST, U32 } from '../../values/accepted.js'
import { encodeElements, isObjectData, type NftMessage, parseLayout } from '../compile/messages.js'
import { encodeDesc, encodeLayout, layoutUserdata, type SetLayout } from '../compile/set.js'
import { NAME } from '../expression/lookup.js'
import type { NewNftMap, NewNftSet, NftElements } from '../spec.js'
import { objectTypes, setFlags } from '../types/flags.js'
import { nftFamilyNumber } from '../types/names.js'
import { parseDuration } from '../types/units.js'
import { UDATA, type UserdataParts } from '../types/userdata.js'
import { bitsIn, numberOfWord } from '../types/words.js'
import type { NftSetKey } from '../types.js'
import { type Change, COMMENT, check, creating, named, place, userdataOf } from './change.js'

/** Returns the change that adds a set or a map, and the types of its elements. @throws {TypeError} */
export function setChange(set: NewNftSet & Partial<Pick<NewNftMap, 'data'>>): { layout: SetLayout; change: Change } {
  const keys = {
    ...{ ...named, type: 1, data: 1, flags: LIST, timeout: 1, gcInterval: 1, size: U32, policy: 1 },
    ...{ comment: COMMENT, autoMerge: BOOLEAN, statements: LIST, elements: LIST },
  }
  check('set', set, keys, 'table', 'name', 'type')
  const { family = 'inet', table, name, data, timeout, gcInterval, size, policy, autoMerge, statements = [] } = set
  const layout = parseLayout(set)
  const bits = bitsIn('flags', setFlags, set.flags) | (timeout === undefined ? 0 : setFlags.timeout)
  const wire = statements.map((each) => ({ name: each.name, data: each.data }))
  const { flags, ...types } = encodeLayout(layout, bits)
  const merge: UserdataParts = autoMerge ? [[UDATA.SET_MERGE_ELEMENTS, 1]] : []
  const desc = encodeDesc(layout, size)
  const attrs = {
    ...{ table, name, ...types },
    ...(isObjectData(data) ? { flags: flags | NFT_SET.OBJECT, objType: objectTypes[data] } : { flags }),
    ...(policy !== undefined && {
      policy: numberOfWord('policy', { performance: NFT_SET_POL.PERFORMANCE, memory: NFT_SET_POL.MEMORY }, policy),
    }),
    ...(desc && { desc }),
    ...(timeout !== undefined && { timeout: parseDuration('timeout', timeout) }),
    ...(gcInterval !== undefined && { gcInterval: Number(parseDuration('gcInterval', gcInterval)) }),
    ...(wire.length === 1 && { expr: wire[0] }),
    ...(wire.length > 1 && { flags: flags | NFT_SET.EXPR, expressions: { elem: wire } }),
    ...userdataOf(set.comment, UDATA.SET_COMMENT, [...layoutUserdata(layout), ...merge]),
  }
  const change: Change = {
    messages: (scope) => [
      {
        ...{ name: 'NFT_MSG_NEWSET', family: nftFamilyNumber(family), options: creating },
        ...{ attrs: { ...attrs, id: scope.nextId() }, object: place(data === undefined ? 'set' : 'map', set) },
      },
    ],
  }
  return { layout, change }
}

/** Returns the change that adds or deletes elements. `layoutOf` returns the types of a set if it is known. @throws {TypeError} */
export function elementsChange(
  name: string,
  given: NftElements,
  options: NftMessage['options'],
  layoutOf: (set: NftSetKey) => SetLayout | undefined,
): Change {
  check('elements', given, { family: 1, table: NAME, set: NAME, elements: LIST }, 'table', 'set', 'elements')
  const { family = 'inet', table, set, elements } = given
  const key = { family, table, name: set }
  const layout = layoutOf(key)
  const wire = layout && encodeElements(layout, elements)
  const object = place('elements of set', key)
  return {
    needs: layout === undefined ? [key] : [],
    messages: (scope) =>
      scope.elements(name, key, wire ?? encodeElements(scope.layout(key), elements), options, object),
  }
}
