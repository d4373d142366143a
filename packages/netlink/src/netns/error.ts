import { SystemError } from '../socket/error.js'

/** Kind of file at the path of a namespace. */
export type NetnsFound =
  | 'nothing'
  | 'a namespace'
  | 'a link to a namespace'
  | 'an unused mount point'
  | 'a file'
  | 'a folder'
  | 'a symbolic link'

/** Thrown if a named network namespace cannot be created or deleted. Nothing was changed. Programs should branch on `code`. */
export class NetnsError extends SystemError {
  override readonly name = 'NetnsError'

  constructor(
    /** Name of the namespace. */
    readonly netns: string,
    readonly path: string,
    /** Kind of file at the path when the call failed. */
    readonly found: NetnsFound,
    { syscall, errno, detail }: Pick<SystemError, 'syscall' | 'errno' | 'detail'>,
  ) {
    const place = detail === undefined || detail === path ? path : `${path}, ${detail}`
    super(syscall, errno, found === 'nothing' ? place : `${place} (${found})`)
  }
}
