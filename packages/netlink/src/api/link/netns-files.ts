import { closeFile } from '../../socket/close-file.js'
import { type NetnsRef, openNetns, validNetns } from '../../socket/netns.js'

/** The open descriptors of the namespaces that requests refer to. */
export class NetnsFiles {
  readonly #opened: number[] = []

  /** Returns the attribute that refers to a namespace; empty for none. Opens a namespace that is not given by its descriptor. */
  attribute(netns: NetnsRef | undefined): { readonly netNsFd?: number } {
    return netns === undefined ? {} : { netNsFd: this.open(netns) }
  }

  /** Returns a descriptor of a namespace. Opens one that is not given by its descriptor. */
  open(netns: NetnsRef): number {
    if (typeof netns === 'number') return validNetns(netns)
    const fd = openNetns(netns)
    this.#opened.push(fd)
    return fd
  }

  /** Closes what this object opened. */
  close(): void {
    for (const fd of this.#opened.splice(0)) closeFile(fd)
  }
}
