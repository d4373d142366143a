import type { VdpaMessage, VIRTIO_ID, VIRTIO_NET_S } from '../../generic/vdpa.js'
import type { Flag, Named } from '../values/names.js'

/** A management device, which creates devices of vDPA, as it was read. */
export interface VdpaManager {
  /** `pci/0000:03:00.1`, or only the device without a bus: `vdpasim_net`. */
  readonly name: string
  /** Types of the devices that it creates. */
  readonly types: readonly Named<typeof VIRTIO_ID>[]
  /** Most virtqueues of a device. */
  readonly maxVqs?: number
  /** Features that its devices may have: names of VIRTIO_F_* and, for network devices, of VIRTIO_NET_F_*; other bits as `0x…`. */
  readonly features?: readonly string[]
  /** The message of the kernel. Not enumerable. */
  readonly message: VdpaMessage
}

/** A device of vDPA, as it was read. */
export interface VdpaDevice {
  readonly name: string
  /** Name of its management device. */
  readonly manager: string
  readonly type: Named<typeof VIRTIO_ID>
  readonly vendorId: number
  /** Number of virtqueues, and bounds of their sizes. */
  readonly maxVqs: number
  readonly maxVqSize: number
  readonly minVqSize?: number
  /** The message of the kernel. Not enumerable. */
  readonly message: VdpaMessage
}

/** The configuration of a device. */
export interface VdpaConfig {
  readonly name: string
  readonly type: Named<typeof VIRTIO_ID>
  /** Of a network device. */
  readonly address?: string
  readonly mtu?: number
  readonly status?: readonly Flag<typeof VIRTIO_NET_S>[]
  /** Number of pairs of virtqueues. */
  readonly maxVqPairs?: number
  /** Features of the device, in the same form. */
  readonly features?: readonly string[]
  /** Features that driver and device agreed on. Absent before. */
  readonly negotiatedFeatures?: readonly string[]
  /** The message of the kernel. Not enumerable. */
  readonly message: VdpaMessage
}

/** A device to add. What is left out has the default of the management device. */
export interface NewVdpaDevice {
  readonly name: string
  /** Name of its management device: `vdpasim_net`, `pci/0000:03:00.1`. */
  readonly manager: string
  readonly address?: string | undefined
  readonly mtu?: number | undefined
  readonly maxVqPairs?: number | undefined
  /** Names of the features that the device offers, also as `0x…`. */
  readonly features?: readonly string[] | undefined
}
