import {
  AF,
  attributes,
  base64,
  bytes,
  bytesAs,
  constants,
  type Declaration,
  enumOf,
  fixedBytes,
  flagsOf,
  hexadecimal,
  type Infer,
  ipAddress,
  list,
  seconds,
  secret,
  string,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'
import { sockaddr } from './sockaddr.js'
import { kernelTimespec } from './timespec.js'

/** WGDEVICE_F_*, linux/wireguard.h */
export const WGDEVICE_F = constants('WGDEVICE_F', {
  REPLACE_PEERS: 0x1, // peers that the request does not name go
})

/** WGPEER_F_*, linux/wireguard.h */
export const WGPEER_F = constants('WGPEER_F', {
  REMOVE_ME: 0x1,
  REPLACE_ALLOWEDIPS: 0x2, // removes addresses that the request does not list
  UPDATE_ONLY: 0x4, // does nothing if the peer does not exist
})

/** WGALLOWEDIP_F_*, linux/wireguard.h */
export const WGALLOWEDIP_F = constants('WGALLOWEDIP_F', { REMOVE_ME: 0x1 })

/** A key: WG_KEY_LEN (32) bytes. All zeros mean no key. */
const key = fixedBytes(32)

/** WGALLOWEDIP_A_*, linux/wireguard.h */
export const wireguardAllowedipAttrs = attributes('WGALLOWEDIP_A', {
  family: [1, enumOf(u16, AF)],
  ipaddr: [2, ipAddress],
  cidrMask: [3, u8], // length of the prefix
  flags: [4, flagsOf(u32, WGALLOWEDIP_F)],
})
export interface WireguardAllowedipAttrs extends Infer<typeof wireguardAllowedipAttrs> {}

const allowedip: Declaration<WireguardAllowedipAttrs> = wireguardAllowedipAttrs

/** WGPEER_A_*, linux/wireguard.h */
export const wireguardPeerAttrs = attributes('WGPEER_A', {
  unspec: [0, bytes], // 64-bit alignment, on machines that need it
  publicKey: [1, bytesAs(key, base64)],
  presharedKey: [2, secret(key)],
  flags: [3, flagsOf(u32, WGPEER_F)],
  endpoint: [4, sockaddr],
  persistentKeepaliveInterval: [5, writtenAs(u16, seconds)], // seconds; 0 for none
  lastHandshakeTime: [6, kernelTimespec],
  rxBytes: [7, u64],
  txBytes: [8, u64],
  allowedips: [9, list(allowedip, { from: 0 })],
  protocolVersion: [10, u32],
})
export interface WireguardPeerAttrs extends Infer<typeof wireguardPeerAttrs> {}

const peer: Declaration<WireguardPeerAttrs> = wireguardPeerAttrs

/** WGDEVICE_A_*, linux/wireguard.h */
export const wireguardDeviceAttrs = attributes('WGDEVICE_A', {
  ifindex: [1, u32],
  ifname: [2, string],
  privateKey: [3, secret(key)],
  publicKey: [4, bytesAs(key, base64)],
  flags: [5, flagsOf(u32, WGDEVICE_F)],
  listenPort: [6, u16],
  fwmark: [7, writtenAs(u32, hexadecimal)], // 0 for none
  peers: [8, list(peer, { from: 0 })], // in a dump, a peer with many addresses continues in the next message
})
export interface WireguardDeviceAttrs extends Infer<typeof wireguardDeviceAttrs> {}

/** WG_CMD_GET_DEVICE, WG_CMD_SET_DEVICE */
export const wireguardMessage: Declaration<WireguardMessage> = genericMessage<WireguardDeviceAttrs>(
  'wireguard',
  wireguardDeviceAttrs,
)
export interface WireguardMessage extends GenericMessage<WireguardDeviceAttrs> {}

/** WireGuard devices and their peers, linux/wireguard.h. Only CAP_NET_ADMIN can read keys. */
export const wireguard = genericFamily('wireguard', {
  version: 1,
  messages: {
    WG_CMD_GET_DEVICE: gets(0, wireguardMessage), // a dump only, of the one device that it names
    WG_CMD_SET_DEVICE: [1, wireguardMessage],
  },
})
