/** Modules of vtk.js that come without declarations. */
declare module '@kitware/vtk.js/Rendering/Profiles/Geometry';
