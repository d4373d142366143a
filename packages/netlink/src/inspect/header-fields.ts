import type { ByteOrder } from '../codec/index.js'

/** Reads a signed number of 32 bits. */
export const i32Of = (bytes: Buffer, at: number, order: ByteOrder): number =>
  order === 'LE' ? bytes.readInt32LE(at) : bytes.readInt32BE(at)

/** Reads an unsigned number of 16 bits. */
export const u16Of = (bytes: Buffer, at: number, order: ByteOrder): number =>
  order === 'LE' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)
