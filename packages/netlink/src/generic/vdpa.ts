import {
  attributes,
  bytes,
  type Declaration,
  type Infer,
  lladdr,
  multi,
  string,
  u8,
  u16,
  u32,
  u64,
} from '../codec/index.js'
import { creates, gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** The name of a value's type: TypeScript would write it out in full wherever it is used. */
const named = <T>(declaration: Declaration<T>): Declaration<T> => declaration

/** VDPA_ATTR_*, linux/vdpa.h */
export const vdpaAttrs = attributes('VDPA_ATTR', {
  pad: [0, bytes],
  mgmtdevBusName: [1, string],
  mgmtdevDevName: [2, string],
  mgmtdevSupportedClasses: [3, u64],
  devName: [4, string],
  devId: [5, u32], // VIRTIO_ID_*
  devVendorId: [6, u32],
  devMaxVqs: [7, u32],
  devMaxVqSize: [8, u16],
  devMinVqSize: [9, u16],
  devNetCfgMacaddr: [10, lladdr],
  devNetStatus: [11, u16], // VIRTIO_NET_S_*
  devNetCfgMaxVqp: [12, u16],
  devNetCfgMtu: [13, u16],
  devNegotiatedFeatures: [14, u64], // likewise
  devMgmtdevMaxVqs: [15, u32],
  devSupportedFeatures: [16, u64], // likewise
  devQueueIndex: [17, u32],
  devVendorAttrName: [18, multi(string)], // each with a value
  devVendorAttrValue: [19, multi(u64)],
  devFeatures: [20, u64], // bits VIRTIO_F_* and the device's own
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

/** A message of vdpa */
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
