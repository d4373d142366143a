import {
  attributes,
  bitsOf,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flagsOf,
  type Infer,
  lladdr,
  multi,
  string,
  u8,
  u16,
  u32,
  u64,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import { creates, gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** VIRTIO_ID_*, linux/virtio_ids.h: types of devices. */
export const VIRTIO_ID = constants('VIRTIO_ID', {
  NET: 1,
  BLOCK: 2,
  CONSOLE: 3,
  RNG: 4,
  BALLOON: 5,
  IOMEM: 6,
  RPMSG: 7,
  SCSI: 8,
  '9P': 9,
  MAC80211_WLAN: 10,
  RPROC_SERIAL: 11,
  CAIF: 12,
  MEMORY_BALLOON: 13,
  GPU: 16,
  CLOCK: 17,
  INPUT: 18,
  VSOCK: 19,
  CRYPTO: 20,
  SIGNAL_DIST: 21,
  PSTORE: 22,
  IOMMU: 23,
  MEM: 24,
  SOUND: 25,
  FS: 26,
  PMEM: 27,
  RPMB: 28,
  MAC80211_HWSIM: 29,
  VIDEO_ENCODER: 30,
  VIDEO_DECODER: 31,
  SCMI: 32,
  NITRO_SEC_MOD: 33,
  I2C_ADAPTER: 34,
  WATCHDOG: 35,
  CAN: 36,
  DMABUF: 37,
  PARAM_SERV: 38,
  AUDIO_POLICY: 39,
  BT: 40,
  GPIO: 41,
  SPI: 45,
})

/** VIRTIO_NET_S_*, linux/virtio_net.h: status of a network device. */
export const VIRTIO_NET_S = constants('VIRTIO_NET_S', { LINK_UP: 0x1, ANNOUNCE: 0x2 })

/** VIRTIO_NET_F_*, linux/virtio_net.h: numbers of the feature bits of network devices. */
export const VIRTIO_NET_F = constants('VIRTIO_NET_F', {
  CSUM: 0,
  GUEST_CSUM: 1,
  CTRL_GUEST_OFFLOADS: 2,
  MTU: 3,
  MAC: 5,
  GSO: 6,
  GUEST_TSO4: 7,
  GUEST_TSO6: 8,
  GUEST_ECN: 9,
  GUEST_UFO: 10,
  HOST_TSO4: 11,
  HOST_TSO6: 12,
  HOST_ECN: 13,
  HOST_UFO: 14,
  MRG_RXBUF: 15,
  STATUS: 16,
  CTRL_VQ: 17,
  CTRL_RX: 18,
  CTRL_VLAN: 19,
  CTRL_RX_EXTRA: 20,
  GUEST_ANNOUNCE: 21,
  MQ: 22,
  CTRL_MAC_ADDR: 23,
  GUEST_UDP_TUNNEL_GSO_MAPPED: 46,
  GUEST_UDP_TUNNEL_GSO_CSUM_MAPPED: 47,
  DEVICE_STATS: 50,
  VQ_NOTF_COAL: 52,
  NOTF_COAL: 53,
  GUEST_USO4: 54,
  GUEST_USO6: 55,
  HOST_USO: 56,
  HASH_REPORT: 57,
  GUEST_HDRLEN: 59,
  RSS: 60,
  RSC_EXT: 61,
  STANDBY: 62,
  SPEED_DUPLEX: 63,
  GUEST_UDP_TUNNEL_GSO: 65,
  GUEST_UDP_TUNNEL_GSO_CSUM: 66,
  HOST_UDP_TUNNEL_GSO: 67,
  HOST_UDP_TUNNEL_GSO_CSUM: 68,
})

/** VIRTIO_F_*, linux/virtio_config.h: numbers of the feature bits that all devices share. */
export const VIRTIO_F = constants('VIRTIO_F', {
  NOTIFY_ON_EMPTY: 24,
  ANY_LAYOUT: 27,
  VERSION_1: 32,
  ACCESS_PLATFORM: 33,
  RING_PACKED: 34,
  IN_ORDER: 35,
  ORDER_PLATFORM: 36,
  SR_IOV: 37,
  NOTIFICATION_DATA: 38,
  NOTIF_CONFIG_DATA: 39,
  RING_RESET: 40,
  ADMIN_VQ: 41,
})

/** Feature bits. Those below 24 and above 49 depend on the type of the device. */
const features = flagsOf(u64, bitsOf(VIRTIO_F))

/** VDPA_ATTR_*, linux/vdpa.h */
export const vdpaAttrs = attributes('VDPA_ATTR', {
  pad: [0, bytes],
  mgmtdevBusName: [1, string],
  mgmtdevDevName: [2, string],
  mgmtdevSupportedClasses: [3, u64],
  devName: [4, string],
  devId: [5, enumOf(u32, VIRTIO_ID)],
  devVendorId: [6, u32],
  devMaxVqs: [7, u32],
  devMaxVqSize: [8, u16],
  devMinVqSize: [9, u16],
  devNetCfgMacaddr: [10, lladdr],
  devNetStatus: [11, flagsOf(u16, VIRTIO_NET_S)],
  devNetCfgMaxVqp: [12, u16],
  devNetCfgMtu: [13, u16],
  devNegotiatedFeatures: [14, features],
  devMgmtdevMaxVqs: [15, u32],
  devSupportedFeatures: [16, features],
  devQueueIndex: [17, u32],
  devVendorAttrName: [18, multi(string)], // each with a value
  devVendorAttrValue: [19, multi(u64)],
  devFeatures: [20, features],
  devBlkCfgCapacity: [21, u64],
  devBlkCfgSizeMax: [22, u32],
  devBlkCfgBlkSize: [23, u32],
  devBlkCfgSegMax: [24, u32],
  devBlkCfgNumQueues: [25, u16],
  devBlkCfgPhyBlkExp: [26, u8],
  devBlkCfgAlignOffset: [27, u8],
  devBlkCfgMinIoSize: [28, u16],
  devBlkCfgOptIoSize: [29, u32],
  devBlkCfgMaxDiscardSec: [30, u32],
  devBlkCfgMaxDiscardSeg: [31, u32],
  devBlkCfgDiscardSecAlign: [32, u32],
  devBlkCfgMaxWriteZeroesSec: [33, u32],
  devBlkCfgMaxWriteZeroesSeg: [34, u32],
  devBlkReadOnly: [35, u8],
  devBlkFlush: [36, u8],
})
export interface VdpaAttrs extends Infer<typeof vdpaAttrs> {}

/** VDPA_CMD_*, linux/vdpa.h */
export const vdpaMessage: Declaration<VdpaMessage> = genericMessage('vdpa', named<VdpaAttrs>(vdpaAttrs))
export interface VdpaMessage extends GenericMessage<VdpaAttrs> {}

/** VDPA_GENL_NAME, linux/vdpa.h: virtio devices whose data path is hardware */
export const vdpa = genericFamily('vdpa', {
  version: 1,
  messages: {
    VDPA_CMD_MGMTDEV_NEW: [1, vdpaMessage],
    VDPA_CMD_MGMTDEV_GET: gets(2, vdpaMessage),
    VDPA_CMD_DEV_NEW: creates(3, vdpaMessage),
    VDPA_CMD_DEV_DEL: [4, vdpaMessage],
    VDPA_CMD_DEV_GET: gets(5, vdpaMessage),
    VDPA_CMD_DEV_CONFIG_GET: gets(6, vdpaMessage),
    VDPA_CMD_DEV_VSTATS_GET: gets(7, vdpaMessage),
    VDPA_CMD_DEV_ATTR_SET: [8, vdpaMessage],
  },
})
