export function decodeBlurHash(hash: string, width: number, height: number): Uint8ClampedArray;
