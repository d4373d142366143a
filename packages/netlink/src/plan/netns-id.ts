import type { NetnsDescriptor } from '../socket/transport.js'
import { fs } from './journal-folder.js'

/** Identifies a network namespace. */
export interface NetnsId {
  /** The inode: `net:[4026531840]`. The kernel gives it to another namespace after this one was deleted. */
  readonly inode: number
  /** The cookie, which the kernel gives to no other namespace; undefined if the kernel is older than 5.14. */
  readonly cookie?: string
}

/** Returns the identity of an open namespace. */
export function netnsId({ fd, cookie }: NetnsDescriptor): NetnsId {
  // Deno's fstat only accepts its own descriptors.
  const inode = Number(fs().readlinkSync(`/proc/thread-self/fd/${fd}`).replace(/\D/g, ''))
  return { inode, ...(cookie !== undefined && { cookie: String(cookie) }) }
}
