import { perOrder } from '../../codec/codec.js'
import { isPlainObject } from '../../codec/error.js'
import { fixedCodec } from '../../codec/fixed.js'
import {
  array,
  constants,
  type Declaration,
  EncodeError,
  enumOf,
  type Fixed,
  type Opaque,
  show,
  u32,
} from '../../codec/index.js'
import { isIntegerIn } from '../../codec/integers.js'
import { own } from '../../codec/own.js'

/** One entry of an MPLS label stack. */
export interface MplsLabel {
  /** Label value, 20 bits. 0 to 15 are reserved (MPLS_LABEL_*). */
  label: number
  /** Traffic class, 3 bits. */
  tc: number
  /** 1 at the bottom of the stack (the last element of an array), 0 in other entries. */
  bos: number
  ttl: number
}

const fields = [
  ['label', 12, 0xfffff],
  ['tc', 9, 0x7],
  ['bos', 8, 0x1],
  ['ttl', 0, 0xff],
] as const

/** MPLS_LABEL_*, linux/mpls.h: reserved labels */
export const MPLS_LABEL = constants('MPLS_LABEL', {
  IPV4NULL: 0,
  RTALERT: 1,
  IPV6NULL: 2,
  IMPLNULL: 3,
  ENTROPY: 7,
  GAL: 13,
  OAMALERT: 14,
  EXTENSION: 15,
  FIRST_UNRESERVED: 16,
})

/** `struct mpls_label`, linux/mpls.h: the entry of RFC 3032 in 32 bits. Requests must have `tc` and `ttl` zero. */
export const mplsLabel: Fixed<MplsLabel> & Opaque<MplsLabel> = {
  kind: 'opaque',
  members: { label: enumOf(u32, MPLS_LABEL), tc: u32, bos: u32, ttl: u32 },
  name: 'mpls_label',
  size: 4,
  layout: { type: 'bytes' },
  codec: perOrder(() =>
    fixedCodec<MplsLabel>('mpls_label', 4, {
      read(bytes, at) {
        const entry = bytes.readUInt32BE(at)
        return { label: entry >>> 12, tc: (entry >>> 9) & 0x7, bos: (entry >>> 8) & 0x1, ttl: entry & 0xff }
      },
      write(bytes, at, value) {
        if (!isPlainObject(value)) throw new EncodeError(`expected mpls_label (an object), got ${show(value)}`)
        let entry = 0
        for (const [key, shift, max] of fields) {
          const part: unknown = own(value, key) ?? 0
          if (!isIntegerIn(part, 0, max))
            throw new EncodeError(`expected mpls_label.${key} (0 to ${max}), got ${show(part)}`)
          entry += part * 2 ** shift
        }
        bytes.writeUInt32BE(entry, at)
      },
    }),
  ),
}

/** A stack of MPLS labels, outermost first. */
export const mplsLabelStack: Declaration<MplsLabel[]> = array(mplsLabel)
