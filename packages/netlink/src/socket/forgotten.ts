/**
 * Closes the resources of an object that was garbage-collected without having been closed. An object is registered with a function
 * that closes them, which is also the token. The function must not refer to the object, and a second call must do nothing.
 */
export const forgotten = new FinalizationRegistry<() => void>((close) => close())
