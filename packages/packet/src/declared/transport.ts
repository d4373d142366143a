import { array, flag, struct, u8, u16be, u32be } from '@netloom/netlink/codec'
import { bits, header } from './header.js'
import { optionList } from './options.js'

/** UDP header: RFC 768, `struct udphdr`, linux/udp.h. */
export const udpHeader = header('udp', { sourcePort: u16be, destinationPort: u16be, length: u16be, checksum: u16be })

/** TCP header without options: RFC 9293, section 3.1, `struct tcphdr`, linux/tcp.h. `headerLength` is in units of 4 bytes. */
export const tcpHeader = header('tcp', {
  sourcePort: u16be,
  destinationPort: u16be,
  sequence: u32be,
  acknowledgment: u32be,
  lengthAndFlags: bits({ headerLength: 4, flags: 12 }),
  window: u16be,
  checksum: u16be,
  urgentPointer: u16be,
})

/** Options of TCP: RFC 9293, section 3.2, RFC 7323, RFC 2018, RFC 5482. */
export const tcpOptions = optionList(
  { name: 'tcp.options', single: { nop: 1 }, end: 0, withHeader: true, unit: 1 },
  {
    mss: [2, u16be],
    windowScale: [3, u8],
    sackPermitted: [4, flag],
    sack: [5, array(struct('sack', { left: u32be, right: u32be }))],
    timestamps: [8, struct('timestamps', { value: u32be, echo: u32be })],
    userTimeout: [28, u16be],
  },
  4,
)
