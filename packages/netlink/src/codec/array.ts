import { type ByteOrder, type Codec, perOrder } from './codec.js'
import { byteCount, DecodeError, EncodeError } from './error.js'
import { type Fixed, type FixedCodec, fixedCodec, isPlain } from './fixed.js'
import { heatUp, readFixed, Source } from './generate.js'
import { type Elements, expectArray } from './list.js'
import type { AnyConstants } from './names.js'
import { reserve } from './output.js'

/** Options of {@link array}. */
export interface ArrayOptions {
  /** Number of the first element in `names`. Default: 0. */
  readonly from?: number
}

/**
 * Declares a C array of unknown length: elements without headers, up to the end of the payload. If each position has a meaning,
 * `names` contains the numbers of the positions: `array(i32, DEVCONF)`.
 */
export function array<T>(element: Fixed<T>, names?: AnyConstants, { from = 0 }: ArrayOptions = {}): Elements<T> {
  const name = `${element.name}[]`
  const { size } = element
  const build = (order: ByteOrder): Codec<T[]> => {
    const codec = element.codec(order)
    const own: Codec<T[]> = {
      name,
      decode(bytes, start, end) {
        if ((end - start) % size !== 0)
          throw new DecodeError(`expected ${name} (a multiple of ${byteCount(size)}), got ${byteCount(end - start)}`)
        const values: T[] = new Array((end - start) / size)
        for (let index = 0; index < values.length; index++) values[index] = codec.read(bytes, start + index * size)
        return values
      },
      encode(out, values) {
        expectArray<T>(element.name, values)
        const at = reserve(out, size * values.length)
        writeElements(codec, out.bytes, at, values)
      },
    }
    const { decode } = own
    heatUp(own, 'decode', () => generateDecode(element, order, decode))
    return own
  }
  const declaration: Elements<T> = { kind: 'array', name, element, codec: perOrder(build) }
  return names === undefined ? declaration : { ...declaration, indexes: { type: 'enum', families: [names] }, from }
}

/**
 * Returns the generated `decode` of an array of integers. It calls the interpreted `decode` for invalid payloads, which
 * reports them.
 */
function generateDecode<T>(
  element: Fixed<T>,
  order: ByteOrder,
  decode: Codec<T[]>['decode'],
): Codec<T[]>['decode'] | undefined {
  const { size, layout } = element
  if (!isPlain(element) || layout.type !== 'integer') return decode
  const source = new Source(order)
  return source.function(
    'bytes, start, end',
    `if ((end - start) % ${size} !== 0) return ${source.add(decode)}(bytes, start, end)
    const values = new Array((end - start) / ${size})
    for (let index = 0, at = start; at < end; index++, at += ${size}) values[index] = ${readFixed(source, element, 'at')}
    return values`,
  )
}

function writeElements<T>(codec: FixedCodec<T>, bytes: Buffer, at: number, values: readonly T[]): void {
  let index = 0
  try {
    for (; index < values.length; index++) codec.write(bytes, at + index * codec.size, values[index] as T)
  } catch (error) {
    throw EncodeError.within(`[${index}]`, error)
  }
}

/** Declares `element[count]`, a C array of fixed length inside a struct. */
export function repeat<T>(element: Fixed<T>, count: number): Fixed<T[]> & Elements<T> {
  const name = `${element.name}[${count}]`
  const size = element.size * count
  const build = (order: ByteOrder) => {
    const codec = element.codec(order)
    return fixedCodec<T[]>(name, size, {
      read: (bytes, at) => Array.from({ length: count }, (_, index) => codec.read(bytes, at + index * element.size)),
      write(bytes, at, values) {
        expectArray<T>(element.name, values)
        if (values.length !== count) throw new EncodeError(`expected ${count} of ${element.name}, got ${values.length}`)
        writeElements(codec, bytes, at, values)
      },
    })
  }
  return { kind: 'array', name, size, element, layout: { type: 'array', element, count }, codec: perOrder(build) }
}
