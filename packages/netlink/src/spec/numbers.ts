import { show } from '../codec/error.js'
import { SpecError } from './error.js'
import { call, type Expression, reference, value } from './expression.js'
import type { Identifiers } from './identifiers.js'
import type { INTEGERS, Meaning, Spec } from './types.js'

type Integer = (typeof INTEGERS)[number]

const suffixes = { 'big-endian': 'be', 'little-endian': 'le' } as const

/** Returns the declaration of an integer without names. */
function plain(type: Integer, order: Meaning['byteOrder']): Expression {
  if (type === 'uint' || type === 'sint') return value(type)
  const name = `${type[0] === 's' ? 'i' : 'u'}${type.slice(1)}` as 'u32' | 'i32'
  return value(type.endsWith('8') || order === undefined ? name : (`${name}${suffixes[order]}` as 'u32be'))
}

/** Returns the declaration of an integer: with the names of its numbers or bits, or as the spec says that people write it. */
export function integer(type: Integer, meaning: Meaning, spec: Spec, ids: Identifiers): Expression {
  const number = plain(type, meaning.byteOrder)
  if (meaning.enum === undefined) {
    if (meaning.hint === 'ipv4' && type === 'u32' && meaning.byteOrder === 'big-endian') return value('ipv4')
    return meaning.hint === 'hex' ? call('writtenAs', number, value('hexadecimal')) : number
  }
  const found = spec.enums.get(meaning.enum)
  if (found === undefined)
    throw new SpecError(`expected an enum or flags of the definitions, got ${show(meaning.enum)}`, ['enum'])
  const family = reference(ids.ofEnum(found))
  if (found.kind === 'flags') return call('flagsOf', number, family)
  return meaning.isFlags ? call('flagsOf', number, call('bitsOf', family)) : call('enumOf', number, family)
}
