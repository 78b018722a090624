export interface PlotPoint {
  x: number;
  y: number;
}
