import { perOptions } from '../codec/codec.js'
import type { AttributeSet, Codec, Infer, Table } from '../codec/index.js'

type Bag = Record<string, unknown>

/** IFLA_INFO_SLAVE_DATA */
const rawSlaveData = '?5'

/**
 * A set of attributes that is read, where `own` leaves the data of a slave raw, as `other` has it: `own` goes by the
 * kind of the link above, `other` by a kind that says both.
 */
export function eitherSlave<T extends Table>(own: AttributeSet<T>, other: AttributeSet<Table>): AttributeSet<T> {
  const isOther = ({ kind, slaveKind }: Bag) => slaveKind === undefined && String(kind).endsWith('_slave')
  return {
    ...own,
    codec: perOptions((order, lossless): Codec<Infer<AttributeSet<T>>> => {
      const first = own.codec(order, lossless) as unknown as Codec<Bag>
      const second = other.codec(order, lossless) as unknown as Codec<Bag>
      const codec: Codec<Bag> = {
        ...first,
        decode(bytes, start, end, scope) {
          const value = first.decode(bytes, start, end, scope)
          return value[rawSlaveData] && isOther(value) ? second.decode(bytes, start, end, scope) : value
        },
        encode(out, value, scope) {
          const chosen = value?.slaveData !== undefined && isOther(value) ? second : first
          chosen.encode(out, value, scope)
        },
      }
      return codec as unknown as Codec<Infer<AttributeSet<T>>>
    }),
  }
}
