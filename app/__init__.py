"""Pages, maps and the command line: the only place that knows Streamlit and Folium."""
