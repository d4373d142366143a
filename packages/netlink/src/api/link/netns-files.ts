import { closeFile } from '../../socket/close-file.js'
import { type Netns, openNetns, validNetns } from '../../socket/netns.js'

/** The open descriptors of the namespaces that requests refer to. */
export class NetnsFiles {
  readonly #opened: number[] = []

  /** Returns the attribute that refers to a namespace; empty for none. Opens a namespace that is not given by its descriptor. */
  attribute(netns: Netns | undefined): { readonly netNsFd?: number } {
    if (netns === undefined) return {}
    if (typeof netns === 'number') return { netNsFd: validNetns(netns) }
    const fd = openNetns(netns)
    this.#opened.push(fd)
    return { netNsFd: fd }
  }

  /** Closes what this object opened. */
  close(): void {
    for (const fd of this.#opened.splice(0)) closeFile(fd)
  }
}
