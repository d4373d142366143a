import { ArgumentError, bitsOf, constants, show } from '../../codec/index.js'
import { namesOfBits } from '../../codec/names.js'
import { VIRTIO_F, VIRTIO_NET_F } from '../../generic/vdpa.js'
import { bitsOfFlag } from '../values/vocabulary.js'

// The attributes hold 64 bits.
const ofNet = bitsOf(
  constants(
    'VIRTIO_NET_F',
    Object.fromEntries(Object.entries(VIRTIO_NET_F.values).filter(([, number]) => number < 64)),
  ),
)
// linux/virtio_ring.h has the last two: VIRTIO_RING_F_*.
const ofAll = bitsOf(constants('VIRTIO_F', { ...VIRTIO_F.values, RING_INDIRECT_DESC: 28, RING_EVENT_IDX: 29 }))
const netNames = Object.entries({ ...ofNet.values, ...ofAll.values })
const names = Object.entries(ofAll.values)

/** Returns the names of feature bits. Network devices have more of them. */
export const featureNames = (bits: bigint | undefined, isNet: boolean): string[] | undefined =>
  bits === undefined ? undefined : namesOfBits(isNet ? netNames : names, bits)

/** Returns the feature bits that names stand for. @throws {TypeError} */
export function featureBits(features: readonly string[] | undefined): bigint | undefined {
  if (features === undefined) return undefined
  if (!Array.isArray(features))
    throw new ArgumentError(`expected features of device to be a list of names, got ${show(features)}`)
  return features.reduce((bits, name) => bits | BigInt(bitsOfFlag('features of device', [ofNet, ofAll], name)), 0n)
}
