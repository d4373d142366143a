import { own } from '../../codec/own.js'
import type { Describe } from '../values/describe.js'

/** Returns the words of some members: `src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x100`. Keys of algorithms are not among them. */
const words =
  (...keys: readonly string[]): Describe =>
  (argument) => {
    if (typeof argument !== 'object' || argument === null) return ''
    return keys
      .flatMap((key) => {
        const value = own(argument, key)
        if (typeof value !== 'string' && typeof value !== 'number') return []
        return [`${key} ${key === 'spi' && typeof value === 'number' ? `0x${value.toString(16)}` : value}`]
      })
      .join(' ')
  }

/** Describes a state. */
export const describeState = words('src', 'dst', 'proto', 'spi')

/** Describes a policy: `src 10.0.0.0/24 dst 10.1.0.0/24 dir out`. */
export const describePolicy = words('src', 'dst', 'proto', 'dir', 'index')
