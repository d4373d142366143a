export { VIRTIO_NET_HDR_F, VIRTIO_NET_HDR_GSO, VirtioNetHeader } from '../io/virtio-header.js'
export {
  tunPi,
  virtioNetHeader,
  virtioNetHeaderHash,
  virtioNetHeaderTunnel,
  virtioNetHeaderV1,
} from './declared.js'
export type { FrameFormat } from './format.js'
export { GroJoiner, type JoinerOptions } from './join.js'
export { GsoSplitter, type SplitterOptions } from './split.js'
