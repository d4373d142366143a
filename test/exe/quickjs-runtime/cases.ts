/** Cases that must give the same results on Node and on the QuickJS runtime. Results are compared as JSON. */
export type Cases = Readonly<Record<string, () => unknown>>

/** Returns the result of a call, or the properties of its error that must be equal. */
export function outcome(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    const { name, code, errno, syscall, path, message } = error as NodeJS.ErrnoException
    // libc and libuv describe an errno in different words, so only the rest of the message is compared. Messages about
    // invalid arguments are not compared.
    const around = code === 'ERR_INVALID_ARG_VALUE' ? '' : message.replace(/(?<=^E\w+: ).*(?=, )/, '…')
    return { name, code, errno, syscall, path, around }
  }
}
