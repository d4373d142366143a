import { expectAttributes, type Reading, resolveSelections, selectionOf, writeKeys } from './attribute-rows.js'
import { type Cases, memberOf, type Row, type Rows, type SelectOuter } from './attribute-table.js'
import type { Codec, Declaration } from './codec.js'
import { DecodeError, EncodeError } from './error.js'
import { isFixed, isPlain } from './fixed.js'
import {
  assign,
  declareRoomy,
  inheritsAny,
  readFixed,
  readUnsigned,
  Source,
  storeUnsigned,
  writeFixed,
} from './generate.js'
import { reserve } from './output.js'
import { addOwn, isInherited } from './own.js'
import { keepRaw } from './raw.js'
import { align, expectZeros, NLA_HDRLEN, NLA_TYPE_MASK, nlaTypeOf, tlv } from './tlv.js'

type AttributeMap = Record<string, unknown>

const SCOPE = '(scope ??= { members: value, outer })'

/**
 * True if a method of a codec does not use the scope, so that calls can omit it. (After `heatUp` a method has all
 * parameters.)
 */
const ignoresScope = (method: (...args: never[]) => unknown, parameters: number) => method.length === parameters

const rowsOf = (rows: Rows) => rows.byType.filter((row) => row !== undefined)

/** Generates a faster equivalent of `decodeAttributes` for one attribute set. Returns undefined if code generation is forbidden. */
export function generateDecode(reading: Reading): Codec<AttributeMap>['decode'] | undefined {
  const { rows, order } = reading
  const source = new Source(order)
  const nameOf = (type: number, error: unknown) => (type < 0 ? error : DecodeError.within(rows.nameOf(type), error))
  const [raw, zeros, within] = [source.add(keepRaw), source.add(expectZeros), source.add(nameOf)]
  const resolve = source.add((value: AttributeMap, selections: never, bytes: Buffer, scope: never) =>
    resolveSelections(reading, value, selections, bytes, scope),
  )
  const lookups: string[] = []
  const cases = rowsOf(rows).map((row) => `case ${row.type}: ${decodeRow(source, reading, row, lookups)}; break`)
  return source.function(
    'bytes, start, end, outer',
    `const value = new Value()
    let ${['at = start', 'type = -1', 'scope', 'selections', ...lookups].join(', ')}
    try {
      while (at + ${NLA_HDRLEN} <= end) {
        const length = ${readUnsigned('at', 2, order)}, from = at + ${NLA_HDRLEN}, to = at + length
        if (length < ${NLA_HDRLEN} || to > end) {
          type = -1
          ${zeros}(bytes, start, at, end, length)
          break
        }
        const nlaType = ${readUnsigned('at + 2', 2, order)}
        type = nlaType & ${NLA_TYPE_MASK}
        switch (type) {
          ${cases.join('\n')}
          default: ${raw}(value, nlaType, bytes.subarray(from, to))
        }
        at += (length + 3) & ~3
      }
    } catch (error) {
      throw ${within}(type, error)
    }
    return selections === undefined ? value : ${resolve}(value, selections, bytes, ${SCOPE})`,
    declareRoomy('Value', cases.length),
  )
}

function decodeRow(source: Source, reading: Reading, row: Row, lookups: string[]): string {
  const { rows, order } = reading
  const set = (value: string) => assign(source, 'value', row.key, value)
  if (row.outerSelect && !row.multi) return decodeOuterSelect(source, row.outerSelect, reading, set, lookups)
  if (row.select) {
    const select = source.add((nlaType: number, from: number, to: number) => selectionOf(rows, row, nlaType, from, to))
    return `${set('undefined')}; (selections ??= []).push(${select}(nlaType, from, to))`
  }
  const read = decodePayload(source, row.declaration, row.declaration.codec(order))
  return row.multi ? `${source.add(addOwn)}(value, ${JSON.stringify(row.key)}, ${read})` : set(read)
}

/**
 * Returns statements that decode a payload whose declaration depends on an enclosing value: one comparison per case. The
 * enclosing value may be many levels away, so it is looked up once and kept in a variable, which is added to `lookups`.
 */
function decodeOuterSelect(
  source: Source,
  { outer, cases, otherwise }: SelectOuter,
  { order }: Reading,
  set: (value: string) => string,
  lookups: string[],
): string {
  const read = (declaration: Declaration<unknown>) =>
    `${set(decodePayload(source, declaration, declaration.codec(order)))};`
  const other = otherwise ? read(otherwise) : `${source.add(keepRaw)}(value, nlaType, bytes.subarray(from, to));`
  const [unknown, variable] = [source.add(Symbol('not looked up')), `outer${lookups.length}`]
  lookups.push(`${variable} = ${unknown}`)
  const lookUp = `if (${variable} === ${unknown}) ${variable} = ${outerMember(source, outer)}`
  return `{ ${lookUp}; ${choice(variable, cases, read, other)} }`
}

/** Returns an expression for the value of `outer` in the scope. */
function outerMember(source: Source, outer: string): string {
  const key = JSON.stringify(outer)
  const anywhere = `${source.add(memberOf)}(outer, ${key})`
  if (isInherited(outer)) return anywhere
  // It is usually a member of the message header, where a property access is fastest.
  return `(${inheritsAny(source, [outer])} ? ${anywhere} : outer?.members[${key}] ?? ${anywhere})`
}

/** Returns statements that compare `by` with the keys of `cases` and run the branch of the case. */
function choice(by: string, cases: Cases, branch: (declaration: Declaration<unknown>) => string, other: string) {
  const branches = Object.entries(cases).map(([key, declaration]) => {
    const text = JSON.stringify(key)
    const matches = String(Number(key)) === key ? `${by} === ${key} || ${by} === ${text}` : `${by} === ${text}`
    return `if (${matches}) { ${branch(declaration)} }`
  })
  return [...branches, `{ ${other} }`].join(' else ')
}

function decodePayload(source: Source, declaration: Declaration<unknown>, codec: Codec<unknown>): string {
  const name = source.add(codec)
  const scope = ignoresScope(codec.decode, 3) ? '' : `, ${SCOPE}`
  const decode = `${name}.decode(bytes, from, to${scope})`
  if (!isFixed(declaration) || !isPlain(declaration)) return decode
  // Newer kernels may send a longer struct.
  const fits = `length ${declaration.layout.type === 'struct' ? '>=' : '==='} ${NLA_HDRLEN + declaration.size}`
  return `${fits} ? ${readFixed(source, declaration, 'from')} : ${decode}`
}

/** Generates a faster equivalent of `encodeAttributes` for one attribute set. Returns undefined if code generation is forbidden. */
export function generateEncode(reading: Reading): Codec<AttributeMap>['encode'] | undefined {
  const { rows, order } = reading
  const source = new Source(order)
  const nameOf = (type: number, error: unknown) =>
    type < 0 ? error : EncodeError.within(rows.nameOf(type), error, rows.byType[type]?.declaration)
  const [room, close, within] = [source.add(reserve), source.add(tlv(order).closeAttribute), source.add(nameOf)]
  const hasOwn = source.add(Object.prototype.hasOwnProperty)
  const expect = source.add((value: unknown) => expectAttributes(rows, value))
  const other = source.add((out: never, value: AttributeMap, key: string, scope: never) =>
    writeKeys(reading, out, value, [key], scope),
  )
  const types = source.add(new Map(rowsOf(rows).map((row) => [row.key, row.type])))
  const cases = rowsOf(rows)
    .filter((row) => !row.multi)
    .map((row) => `case ${row.type}: { ${encodeRow({ source, reading, room, close }, row)} } break`)
  return source.function(
    'out, value, outer',
    `${expect}(value)
    let type = -1, scope
    try {
      for (const key in value) {
        if (!${hasOwn}.call(value, key)) continue
        const member = value[key]
        if (member === undefined) continue
        switch (type = ${types}.get(key) ?? -1) {
          ${cases.join('\n')}
          default: { type = -1; ${other}(out, value, key, ${SCOPE}) }
        }
      }
    } catch (error) {
      throw ${within}(type, error)
    }`,
  )
}

interface Writing {
  readonly source: Source
  readonly reading: Reading
  /** Names of two functions in the source: one reserves bytes, one writes the attribute header. */
  readonly room: string
  readonly close: string
}

function encodeRow(writing: Writing, row: Row): string {
  const { source, room, close, reading } = writing
  const { type, declaration, outerSelect } = row
  if (!row.select) return encodePayload(writing, type, declaration)
  const select = source.add((siblings: AttributeMap, scope: never) => {
    const chosen = row.select?.(siblings, scope)
    if (chosen === undefined) throw new EncodeError(row.noCase(siblings, scope))
    return chosen
  })
  if (outerSelect) {
    const write = (chosen: Declaration<unknown>) => encodePayload(writing, type, chosen)
    const other = outerSelect.otherwise ? write(outerSelect.otherwise) : `${select}(value, ${SCOPE})`
    return `const by = ${outerMember(source, outerSelect.outer)}; ${choice('by', outerSelect.cases, write, other)}`
  }
  return `const chosen = ${select}(value, ${SCOPE}), at = ${room}(out, ${NLA_HDRLEN})
    chosen.codec(${JSON.stringify(reading.order)}).encode(out, member, scope)
    ${close}(out, at, ${source.add(nlaTypeOf)}(${type}, chosen))`
}

function encodePayload(
  { source, room, close, reading }: Writing,
  type: number,
  declaration: Declaration<unknown>,
): string {
  const { order } = reading
  const codec = declaration.codec(order)
  const name = source.add(codec)
  if (isFixed(declaration) && isPlain(declaration)) {
    const length = NLA_HDRLEN + declaration.size
    return `const at = ${room}(out, ${align(length)}), bytes = out.bytes, from = at + ${NLA_HDRLEN}
      ${storeUnsigned('at', 2, order, length)}; ${storeUnsigned('at + 2', 2, order, nlaTypeOf(type, declaration))}
      ${writeFixed(source, declaration, 'from', 'member', name)}`
  }
  return `const at = ${room}(out, ${NLA_HDRLEN})
    ${name}.encode(out, member${ignoresScope(codec.encode, 2) ? '' : `, ${SCOPE}`})
    ${close}(out, at, ${nlaTypeOf(type, declaration)})`
}
