import {
  attributes,
  bytes,
  constants,
  enumOf,
  type Infer,
  i32,
  ipv4,
  ipv6,
  seconds,
  secret,
  u16be,
  u32,
  uint,
  writtenAs,
} from '../codec/index.js'
import { gets } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** OVPN_CIPHER_ALG_*, linux/ovpn.h */
export const OVPN_CIPHER_ALG = constants('OVPN_CIPHER_ALG', {
  NONE: 0,
  AES_GCM: 1,
  CHACHA20_POLY1305: 2,
})

/** OVPN_DEL_PEER_REASON_*, linux/ovpn.h */
export const OVPN_DEL_PEER_REASON = constants('OVPN_DEL_PEER_REASON', {
  TEARDOWN: 0,
  USERSPACE: 1,
  EXPIRED: 2,
  TRANSPORT_ERROR: 3,
  TRANSPORT_DISCONNECT: 4,
})

/** OVPN_KEY_SLOT_*, linux/ovpn.h */
export const OVPN_KEY_SLOT = constants('OVPN_KEY_SLOT', {
  PRIMARY: 0,
  SECONDARY: 1,
})

/** OVPN_A_PEER_*, linux/ovpn.h */
export const ovpnNlPeerAttrs = attributes('OVPN_A_PEER', {
  id: [1, u32],
  remoteIpv4: [2, ipv4],
  remoteIpv6: [3, ipv6],
  remoteIpv6ScopeId: [4, u32],
  remotePort: [5, u16be],
  socket: [6, u32], // file descriptor
  socketNetnsid: [7, i32], // of the socket, if it is in another namespace
  vpnIpv4: [8, ipv4],
  vpnIpv6: [9, ipv6],
  localIpv4: [10, ipv4],
  localIpv6: [11, ipv6],
  localPort: [12, u16be],
  keepaliveInterval: [13, writtenAs(u32, seconds)],
  keepaliveTimeout: [14, writtenAs(u32, seconds)],
  delReason: [15, enumOf(u32, OVPN_DEL_PEER_REASON)],
  vpnRxBytes: [16, uint],
  vpnTxBytes: [17, uint],
  vpnRxPackets: [18, uint],
  vpnTxPackets: [19, uint],
  linkRxBytes: [20, uint],
  linkTxBytes: [21, uint],
  linkRxPackets: [22, uint],
  linkTxPackets: [23, uint],
  txId: [24, u32],
})
export interface OvpnNlPeerAttrs extends Infer<typeof ovpnNlPeerAttrs> {}

/** OVPN_A_KEYDIR_*, linux/ovpn.h */
export const ovpnNlKeydirAttrs = attributes('OVPN_A_KEYDIR', {
  cipherKey: [1, secret(bytes)],
  nonceTail: [2, secret(bytes)], // 8 bytes
})
export interface OvpnNlKeydirAttrs extends Infer<typeof ovpnNlKeydirAttrs> {}

/** OVPN_A_KEYCONF_*, linux/ovpn.h */
export const ovpnNlKeyconfAttrs = attributes('OVPN_A_KEYCONF', {
  peerId: [1, u32],
  slot: [2, enumOf(u32, OVPN_KEY_SLOT)],
  keyId: [3, u32],
  cipherAlg: [4, enumOf(u32, OVPN_CIPHER_ALG)],
  encryptDir: [5, ovpnNlKeydirAttrs],
  decryptDir: [6, ovpnNlKeydirAttrs],
})
export interface OvpnNlKeyconfAttrs extends Infer<typeof ovpnNlKeyconfAttrs> {}

/** OVPN_A_*, linux/ovpn.h */
export const ovpnNlAttrs = attributes('OVPN_A', {
  ifindex: [1, u32],
  peer: [2, ovpnNlPeerAttrs],
  keyconf: [3, ovpnNlKeyconfAttrs],
})
export interface OvpnNlAttrs extends Infer<typeof ovpnNlAttrs> {}

// Annotated, because TypeScript would otherwise repeat the full type in the type of the family.
const ovpnMessage = genericMessage<OvpnNlAttrs>('ovpn', ovpnNlAttrs)

/** OVPN_FAMILY_NAME, linux/ovpn.h: peers and keys of OpenVPN devices */
export const ovpn = genericFamily('ovpn', {
  version: 1,
  messages: {
    OVPN_CMD_PEER_NEW: [1, ovpnMessage],
    OVPN_CMD_PEER_SET: [2, ovpnMessage],
    OVPN_CMD_PEER_GET: gets(3, ovpnMessage),
    OVPN_CMD_PEER_DEL: [4, ovpnMessage],
    OVPN_CMD_PEER_DEL_NTF: [5, ovpnMessage],
    OVPN_CMD_KEY_NEW: [6, ovpnMessage],
    OVPN_CMD_KEY_GET: gets(7, ovpnMessage),
    OVPN_CMD_KEY_SWAP: [8, ovpnMessage],
    OVPN_CMD_KEY_SWAP_NTF: [9, ovpnMessage],
    OVPN_CMD_KEY_DEL: [10, ovpnMessage],
    OVPN_CMD_PEER_FLOAT_NTF: [11, ovpnMessage],
  },
})
