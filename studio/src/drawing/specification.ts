/** What the wall has in common with `brickwork.pictures`; `tools/studio_specification.py` writes it. */
import data from "../generated/specification.json";

type Numbers<Name extends string> = Readonly<Record<Name, number>>;

export interface Specification {
  readonly colours: {
    readonly light: Readonly<Record<string, string>>;
    readonly dark: Readonly<Record<string, string>>;
    readonly darkInk: string;
  };
  readonly greens: readonly string[];
  /** Selectors within a picture, with their declarations; `$name` is a colour of the theme. */
  readonly rules: Readonly<Record<string, string>>;
  readonly font: string;
  /** In pitches of studs. */
  readonly sizes: Numbers<
    | "stud"
    | "studWide"
    | "socket"
    | "socketWide"
    | "brick"
    | "foot"
    | "blue"
    | "bias"
    | "times"
    | "band"
    | "sliceGap"
    | "cut"
    | "plate"
    | "column"
    | "aisle"
    | "tag"
    | "apart"
  >;
  readonly pixels: Numbers<
    | "page"
    | "text"
    | "leastText"
    | "named"
    | "arrow"
    | "plate"
    | "tagWords"
    | "signals"
    | "leading"
    | "caption"
    | "margin"
    | "beside"
    | "legend"
    | "legendText"
    | "legendSide"
    | "legendGap"
    | "legendLine"
  >;
  readonly pitch: Numbers<"most" | "leastSlices" | "least">;
  readonly row: Numbers<"most" | "first" | "last" | "between">;
  readonly limits: Numbers<
    | "layer"
    | "picture"
    | "lines"
    | "signals"
    | "units"
    | "readableLines"
    | "manyLines"
    | "titledLines"
  >;
  readonly weights: Numbers<"percentile" | "mostInfluence" | "scaleSeconds" | "hysteresis">;
  /** Points of each activation's curve in a unit square around 0. */
  readonly curves: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly words: Readonly<Record<"en" | "ko", Readonly<Record<string, string>>>>;
  readonly ranges: Readonly<Record<"en" | "ko", Readonly<Record<string, string>>>>;
  /** Characters by their width in thousandths of the font's size. */
  readonly textWidths: Readonly<Record<"regular" | "bold", Readonly<Record<string, string>>>>;
}

export const SPECIFICATION: Specification = data;
