import { i64, struct, u16, u32 } from '../codec/index.js'

// Types of blocks, draft-ietf-opsawg-pcapng section 4. Blocks of other types are skipped.
export const SECTION_HEADER = 0x0a0d0d0a
export const INTERFACE_DESCRIPTION = 1
export const OBSOLETE_PACKET = 2
export const SIMPLE_PACKET = 3
export const ENHANCED_PACKET = 6

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d

// Options of the interface description block.
export const IF_TSRESOL = 9
export const IF_TSOFFSET = 14

/** The header of a block. The length is repeated after its body. */
export const blockHeader = struct('pcapng block', { type: u32, length: u32 })
export const trailerSize = 4

export const sectionHeader = struct('pcapng section header', { magic: u32, major: u16, minor: u16, length: i64 })
export const interfaceDescription = struct('pcapng interface description', {
  linktype: u16,
  _reserved: u16,
  snaplen: u32,
})
export const simplePacket = struct('pcapng simple packet', { originalLength: u32 })
const timedPacket = { timestampHigh: u32, timestampLow: u32, capturedLength: u32, originalLength: u32 }
export const enhancedPacket = struct('pcapng enhanced packet', { interface: u32, ...timedPacket })
export const obsoletePacket = struct('pcapng packet', { interface: u16, drops: u16, ...timedPacket })
export const option = struct('pcapng option', { code: u16, length: u16 })

/** opt_endofopt, the last option. */
export const END_OF_OPTIONS = 0

/** opt_comment: text for people, in any block. */
export const COMMENT = 1

/** shb_userappl: name of the program that wrote the file. */
export const USER_APPLICATION = 4

/** Returns the length with the padding after it: options and packets end at a multiple of four bytes. */
export const padded = (length: number) => Math.ceil(length / 4) * 4
