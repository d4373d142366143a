/** What went wrong between a program and what stands in for its kernel. */
export type TestingCode =
  /** A request is not the one that the script has next. */
  | 'ERR_NETLINK_SCRIPT_MISMATCH'
  /** The script has more than was played. */
  | 'ERR_NETLINK_SCRIPT_UNFINISHED'
  /** The recording has no such request, or none that was not replayed yet. */
  | 'ERR_NETLINK_NOT_RECORDED'
  /** It is waited for something that nothing will bring. */
  | 'ERR_NETLINK_NOTHING_TO_COME'

/** A test went another way than it was set up for. Branch on `code`. */
export class TestingError extends Error {
  override readonly name = 'TestingError'

  constructor(
    readonly code: TestingCode,
    message: string,
  ) {
    super(message)
  }
}
