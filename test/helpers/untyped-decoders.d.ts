// What test/helpers/other-decoders.ts uses of packages that come without types.

declare module 'pngjs' {
  export const PNG: {
    sync: { read(bytes: Uint8Array): { width: number; height: number; data: Uint8Array } };
  };
}

declare module 'omggif' {
  export class GifReader {
    constructor(bytes: Uint8Array);
    readonly width: number;
    readonly height: number;
    decodeAndBlitFrameRGBA(frame: number, pixels: Uint8Array): void;
  }
}

/** Of the DOM's types, which Node.js has as well. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<never> };
